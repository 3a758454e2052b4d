/**
 * Tells all who should know of changes of runtime values, at once and not with the tick: the topic `runtime` of the console,
 * the events, and the audit (spec/console.md 6.14, 7.8).
 */
import type { RuntimeChange as Change } from "../../control/runtime/change_history.ts";
import type { LiveRuntime } from "../../control/runtime/live_runtime.ts";
import type { RuntimeFrame, RuntimeView } from "../contract/runtime.ts";
import type { AuditEntry } from "../audit_log.ts";
import type { AdminSource } from "../source.ts";
import { changeOf, entryOf, keysOf, layersOf, pendingOf, propagationOf, viewOf } from "./view.ts";

/** Keys of one change that have an audit item each; those of a greater one have one together. */
const MAX_AUDIT_KEYS = 50;

/** Keys of one change that have a frame each; after a greater one everything is sent. */
const MAX_FRAMES = 200;

/** Who is told. */
export interface RuntimeAudience {
  /** A frame of the topic; made only if somebody watches. */
  readonly publish: (make: () => RuntimeFrame) => void;
  readonly audit: (entry: AuditEntry) => void;
}

export class RuntimeFeed {
  readonly #source: Pick<AdminSource, "runtime" | "recordEvent">;
  readonly #audience: RuntimeAudience;
  #stop: (() => void) | null = null;

  constructor(source: Pick<AdminSource, "runtime" | "recordEvent">, audience: RuntimeAudience) {
    this.#source = source;
    this.#audience = audience;
  }

  /** Listens to the runtime from now on, once there is one. */
  attach(): void {
    const runtime = this.#source.runtime();
    if (runtime === null || this.#stop !== null) return;
    this.#stop = runtime.listen({
      onChange: (change, keys) => this.#onChange(runtime, change, keys),
      onLayers: () => this.#audience.publish(() => ({ op: "layers", data: layersOf(runtime) })),
      onPropagation: () => this.#audience.publish(() => ({ op: "propagation", data: propagationOf(runtime) })),
    });
  }

  /** Everything at once, for who begins to watch. */
  snapshot(): RuntimeFrame {
    this.attach();
    return { op: "snapshot", data: wholeView(this.#source.runtime()) };
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #onChange(runtime: LiveRuntime, change: Change, keys: readonly string[]): void {
    const { publish } = this.#audience;
    const { revision } = runtime;
    publish(() => ({ op: "change", data: changeOf(runtime, change), revision, pending: pendingOf(runtime) }));
    const isSmall = keys.length <= MAX_FRAMES;
    for (const key of isSmall ? keys : []) {
      publish(() => {
        const entry = entryOf(runtime, key);
        return entry === null ? { op: "remove", key } : { op: "upsert", key, data: entry };
      });
    }
    // Whether values can be edited, and which are parked, stands in the whole alone.
    if (change.source === "kill_switch" || !isSmall) publish(() => ({ op: "snapshot", data: wholeView(runtime) }));
    this.#record(change);
    this.#audit(change);
  }

  #record({ actor, reason, keys, state }: Change): void {
    const what = keys.length === 1 ? keyText(keys[0]!) : `${keys.length} keys`;
    const why = reason === "" ? "" : ` (${reason})`;
    const text = state === "applied" || state === "pending_confirm"
      ? `${actor} changed ${what}${why}`
      : `The change of ${what} by ${actor} is ${state}`;
    this.#source.recordEvent("info", "runtime", keys.length === 1 ? keys[0]!.key : "", text, "/runtime");
  }

  #audit({ id, actor, reason, keys, state, byId }: Change): void {
    const result = byId === null ? `${state} ${id}` : `${state} ${id} by ${byId}`;
    const about = { actor, action: "runtime.change", reason, result };
    if (keys.length > MAX_AUDIT_KEYS) {
      this.#audience.audit({ ...about, target: `${keys.length} keys`, before: null, after: null });
      return;
    }
    for (const { key, before, after } of keys) this.#audience.audit({ ...about, target: key, before, after });
  }
}

/** Body of `GET /api/v1/runtime`; before there is a control side, nothing is there. */
export function wholeView(runtime: LiveRuntime | null): RuntimeView {
  if (runtime === null) return STARTING;
  return viewOf(runtime, keysOf(runtime).flatMap((key) => entryOf(runtime, key) ?? []));
}

/** The same as JSON, a key at a time: there may be many. */
export function* viewPieces(runtime: LiveRuntime | null): Generator<string> {
  const whole = JSON.stringify(runtime === null ? STARTING : viewOf(runtime, []));
  // Inside of a string the quotes would have backslashes.
  const at = whole.indexOf(NO_ENTRIES) + NO_ENTRIES.length - 1;
  yield whole.slice(0, at);
  let isFirst = true;
  for (const key of runtime === null ? [] : keysOf(runtime)) {
    const entry = entryOf(runtime!, key);
    if (entry === null) continue;
    yield (isFirst ? "" : ",") + JSON.stringify(entry);
    isFirst = false;
  }
  yield whole.slice(at);
}

const NO_ENTRIES = '"entries":[]';

const STARTING: RuntimeView = {
  revision: 0,
  layers: [],
  editable: false,
  not_editable_reason: "The proxy is starting",
  parked: null,
  entries: [],
  propagation: { generation: 0, workers: 0, acked: 0, slowest_ms: null },
  pending: [],
  persisted_in: null,
};

/** Values may be long. */
function keyText({ key, before, after }: Change["keys"][number]): string {
  return `${key}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(text: string | null): string {
  if (text === null) return "none";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
