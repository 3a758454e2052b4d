/** Runtime values as the console gets them: bodies and frames of contract/runtime.ts, made of what the control side has. */
import type { AdminEntry } from "../../control/runtime/admin_values.ts";
import type { RuntimeChange as Change } from "../../control/runtime/change_history.ts";
import { isGuardKey, isUnknownGuard } from "../../control/runtime/feature_guards.ts";
import type { KnownKey } from "../../control/runtime/known_keys.ts";
import type { LiveRuntime } from "../../control/runtime/live_runtime.ts";
import type {
  AdminValue,
  AppliedKey,
  RuntimeApplied,
  RuntimeCatalogItem,
  RuntimeChange,
  RuntimeEntry,
  RuntimeLayer,
  RuntimePropagation,
  RuntimeView,
} from "../contract/runtime.ts";
import { formsIn, meaningOf, type RuntimeShape, valueWarnings } from "../contract/runtime_check.ts";

/** What the bootstrap wants to be edited. */
const NO_ADMIN_LAYER =
  "This bootstrap lists layered_runtime.layers without an admin layer, so values can be seen but " +
  "not edited here. Add `- name: admin` / `  admin_layer: {}` as the last layer and restart.";
const PARKED = "The overrides are disabled: enable or discard them first";

/** Body of `GET /api/v1/runtime`, its entries left to {@link entryOf}. */
export function viewOf(runtime: LiveRuntime, entries: RuntimeEntry[]): RuntimeView {
  const { book, stack, persistPath } = runtime;
  const reason = stack.admin === null ? NO_ADMIN_LAYER : book.isParked ? PARKED : null;
  return {
    revision: runtime.revision,
    layers: layersOf(runtime),
    editable: reason === null,
    not_editable_reason: reason,
    parked: book.isParked ? Array.from(book.values, ([key, { reading }]) => ({ key, value: reading.text })) : null,
    entries,
    propagation: propagationOf(runtime),
    pending: pendingOf(runtime),
    persisted_in: persistPath === "" ? null : persistPath,
  };
}

/** All keys that any layer has, in order. */
export function keysOf(runtime: LiveRuntime): string[] {
  const keys = new Set<string>();
  for (const { values } of runtime.stack.layers) for (const key of values.keys()) keys.add(key);
  return [...keys].sort();
}

/** One key; null = no layer has it. */
export function entryOf(runtime: LiveRuntime, key: string): RuntimeEntry | null {
  const { stack, book, known } = runtime;
  const values = stack.layers.map((layer) => layer.values.get(key)?.text ?? null);
  if (values.every((value) => value === null)) return null;
  const effective = stack.effective.get(key), item = known.of(key);
  const shape = shapeOf(item), forms = effective === undefined ? {} : formsIn(effective.reading);
  const admin = book.isParked ? undefined : book.values.get(key);
  return {
    key,
    type: shape.type,
    ...shape.unit === undefined ? {} : { unit: shape.unit },
    values,
    winner: effective?.layer ?? null,
    effective: effective?.reading.text ?? null,
    meaning: effective === undefined ? "" : meaningOf(shape, forms),
    parsed: forms,
    default: item?.default ?? null,
    known: item !== null,
    warnings: effective === undefined ? [] : [...valueWarnings(shape, forms), ...keyWarnings(runtime, key)],
    ...admin === undefined ? {} : { admin: adminValueOf(admin) },
  };
}

/** What the checks need to know of a key. */
export function shapeOf(item: KnownKey | null): RuntimeShape {
  if (item === null) return { type: "text" };
  const { want, unit, minimum, maximum, choices } = item;
  return {
    type: want,
    ...unit === "" ? {} : { unit },
    ...minimum === null ? {} : { minimum },
    ...maximum === null ? {} : { maximum },
    ...choices.length === 0 ? {} : { choices: [...choices] },
  };
}

/** What is to be known of setting a key, whatever the value. */
export function keyWarnings(runtime: LiveRuntime, key: string): string[] {
  const item = runtime.known.of(key);
  if (item?.isGlobal === true) return ["It concerns all clusters at once"];
  if (item?.read === "restart") return ["It is read at the start of the process only"];
  if (item !== null || !isGuardKey(key)) return [];
  return [
    isUnknownGuard(key)
      ? "There is no such feature guard, or not any more"
      : "A feature guard of Envoy's that nothing here depends on",
  ];
}

/** Items of `GET /api/v1/runtime/catalog`. */
export function catalogOf(runtime: LiveRuntime): RuntimeCatalogItem[] {
  return runtime.known.all().map((item) => ({
    pattern: item.pattern,
    keys: [...item.keys],
    group: item.group,
    ...shapeOf(item),
    default: item.default,
    description: item.description,
    read: item.read,
    is_global: item.isGlobal,
    used_by: item.usedBy.map(({ text, link }) => ({ text, link })),
  }));
}

/** Lowest first. */
export function layersOf({ stack }: LiveRuntime): RuntimeLayer[] {
  return stack.layers.map(({ name, kind, state, error, version, updatedMs }) => ({
    name,
    kind,
    state,
    ...error === "" ? {} : { error },
    ...version === "" ? {} : { version },
    updated_ms: updatedMs,
  }));
}

/** How far the newest values are. */
export function propagationOf({ propagation }: LiveRuntime): RuntimePropagation {
  const { generation, workers, acked, slowestMs } = propagation;
  return { generation, workers, acked, slowest_ms: slowestMs };
}

/** Changes that go back unless they are kept. */
export function pendingOf({ book }: LiveRuntime): RuntimeView["pending"] {
  return book.history.pending.map(({ id, confirmUntilMs, actor, keys }) => ({
    change_id: id,
    until_ms: confirmUntilMs ?? 0,
    actor,
    keys: keys.map(({ key }) => key),
  }));
}

/** Item of the history. */
export function changeOf({ book }: LiveRuntime, change: Change): RuntimeChange {
  return {
    change_id: change.id,
    at_ms: change.atMs,
    revision: change.revision,
    actor: change.actor,
    source: change.source,
    reason: change.reason,
    keys: change.keys.map((key) => ({ ...appliedOf(key), expires_ms: key.expiresMs })),
    state: change.state,
    by_change_id: change.byId,
    undoable: book.history.isUndoable(change),
  };
}

/** Answer to a change that was made. */
export function appliedBody(change: Change): RuntimeApplied {
  const { id, revision, generation, keys, confirmUntilMs } = change;
  return {
    change_id: id,
    revision,
    generation,
    applied: keys.map(appliedOf),
    ...confirmUntilMs === null ? {} : { pending_confirm_until_ms: confirmUntilMs },
  };
}

function appliedOf(
  { key, before, after, effectiveBefore, effectiveAfter, shadowedBy }: Change["keys"][number],
): AppliedKey {
  return {
    key,
    before,
    after,
    effective_before: effectiveBefore,
    effective_after: effectiveAfter,
    shadowed_by: shadowedBy,
  };
}

function adminValueOf({ setBy, setMs, reason, expiresMs, previous, changeId }: AdminEntry): AdminValue {
  return {
    set_by: setBy,
    set_ms: setMs,
    reason,
    expires_ms: expiresMs,
    previous: previous?.reading.text ?? null,
    change_id: changeId,
  };
}
