/** Runtime states for tests: each as small as its test needs it. */

import type {
  RuntimeCatalogItem,
  RuntimeChange,
  RuntimeEntry,
  RuntimeView,
} from "../../../src/admin/contract/runtime.ts";

/** Two layers, the second the admin's; `values` by key, in the order of the layers. */
export function viewOf(
  values: Readonly<Record<string, readonly (string | null)[]>> = {},
  more: Partial<RuntimeView> = {},
): RuntimeView {
  return {
    revision: 1,
    layers: [layerOf("base", "static"), layerOf("admin", "admin")],
    editable: true,
    not_editable_reason: null,
    parked: null,
    entries: Object.entries(values).map(([key, values]) => entryOf(key, values)),
    propagation: { generation: 1, workers: 2, acked: 2, slowest_ms: 3 },
    pending: [],
    persisted_in: null,
    ...more,
  };
}

/** A layer that is as it should be. */
export function layerOf(name: string, kind: "static" | "admin" | "rtds"): RuntimeView["layers"][number] {
  return { name, kind, state: "ok", updated_ms: null };
}

/** A key with these values, of which the last wins. */
export function entryOf(
  key: string,
  values: readonly (string | null)[],
  more: Partial<RuntimeEntry> = {},
): RuntimeEntry {
  const winner = values.findLastIndex((value) => value !== null);
  const effective = values[winner] ?? null;
  return {
    key,
    type: "text",
    values: [...values],
    winner: winner < 0 ? null : winner,
    effective,
    meaning: effective ?? "",
    parsed: {},
    default: null,
    known: true,
    warnings: [],
    ...more,
  };
}

/** A key of the catalogue. */
export function itemOf(pattern: string, more: Partial<RuntimeCatalogItem> = {}): RuntimeCatalogItem {
  return {
    pattern,
    keys: [],
    group: "Limits",
    type: "uint",
    default: "1",
    description: "",
    read: "request",
    is_global: false,
    used_by: [],
    ...more,
  };
}

/** A change of one key. */
export function changeOf(id: string, revision: number, more: Partial<RuntimeChange> = {}): RuntimeChange {
  return {
    change_id: id,
    at_ms: revision * 1000,
    revision,
    actor: "ana",
    source: "admin",
    reason: "",
    keys: [],
    state: "applied",
    by_change_id: null,
    undoable: true,
    ...more,
  };
}
