/**
 * Runtime values: `/api/v1/runtime` and the topic `runtime` (spec/console.md 6, 7.4, Appendix C and D).
 *
 * A value is the raw text of a layer, as it was given; what it means is in `parsed`. All changes of the admin layer are
 * change sets: they apply whole, carry a reason and an actor, and can be undone, kept or left to expire.
 */

/** Where a layer's values come from. */
export type RuntimeLayerKind = "static" | "disk" | "rtds" | "admin";

/** One layer, lowest first. */
export interface RuntimeLayer {
  name: string;
  kind: RuntimeLayerKind;
  /** `missing`: a disk layer whose directory is not there, an RTDS layer before its first answer. */
  state: "ok" | "missing" | "error";
  error?: string;
  version?: string;
  updated_ms: number | null;
}

/** How a key's value is read by who asks for it. */
export type RuntimeType = "bool" | "uint" | "double" | "percent" | "fraction" | "text";

/** What a raw value is in each form; a form it has not is absent, and who asks for it gets the default. */
export interface RuntimeForms {
  bool?: boolean;
  uint?: number;
  double?: number;
  fraction?: { numerator: number; denominator: number };
}

/** One key. */
export interface RuntimeEntry {
  key: string;
  /** How the proxy reads it, as far as that is known; `text` otherwise. */
  type: RuntimeType;
  /** `requests`, `ms`, `percent`…; absent where there is none. */
  unit?: string;
  /** By position in `layers`; null = that layer has no value. */
  values: (string | null)[];
  /** Position of the layer that gives the effective value; null = none has one. */
  winner: number | null;
  /** Raw; null = the default is in force. */
  effective: string | null;
  /** In words: `25 % of requests`. */
  meaning: string;
  parsed: RuntimeForms;
  /** In words; null = it is not known or comes from the configuration of each place. */
  default: string | null;
  /** It is in the catalogue, or the configuration in force names it. */
  known: boolean;
  /** In words: wrong type, no effect, more than 100… */
  warnings: string[];
  /** Of the admin layer's value. */
  admin?: AdminValue;
}

/** Who set a value of the admin layer, and for how long. */
export interface AdminValue {
  set_by: string;
  set_ms: number;
  reason: string;
  expires_ms: number | null;
  /** What comes back when it expires: the admin layer's value before; null = none. */
  previous: string | null;
  change_id: string;
}

/** How far the newest values have come. */
export interface RuntimePropagation {
  generation: number;
  workers: number;
  acked: number;
  /** Of the workers that have it; null while none has. */
  slowest_ms: number | null;
}

/** Body of `GET /api/v1/runtime`. */
export interface RuntimeView {
  /** Rises with every change of any layer. */
  revision: number;
  layers: RuntimeLayer[];
  /** There is an admin layer, and its values are not parked. */
  editable: boolean;
  /** Why not, in words; null = it is. */
  not_editable_reason: string | null;
  /** The kill switch is on: values of the admin layer that do not count until it is off. */
  parked: { key: string; value: string }[] | null;
  entries: RuntimeEntry[];
  propagation: RuntimePropagation;
  /** Changes that go back by themselves unless they are kept. */
  pending: { change_id: string; until_ms: number; actor: string; keys: string[] }[];
  /** File of `--runtime-admin-persist`; null = edits end with the process. */
  persisted_in: string | null;
}

/** One key the proxy reads. Body of `GET /api/v1/runtime/catalog`: `{ items: RuntimeCatalogItem[] }`. */
export interface RuntimeCatalogItem {
  /** `circuit_breakers.<cluster>.<default|high>.max_requests`: parts in brackets stand for names. */
  pattern: string;
  /** With the names of this configuration in place of the brackets; empty = only the pattern's own name. */
  keys: string[];
  group: string;
  type: RuntimeType;
  unit?: string;
  minimum?: number;
  maximum?: number;
  /** Of an enumeration: raw values with what they mean. */
  choices?: { value: string; meaning: string }[];
  default: string | null;
  description: string;
  /** `request` = the next request, `tick` = the next turn of the timer, `load` = when configuration is loaded. */
  read: "request" | "tick" | "load" | "restart";
  /** It concerns all clusters at once. */
  is_global: boolean;
  /** Where the configuration names it: a text and a path under `/console`. */
  used_by: { text: string; link: string }[];
}

/** One operation of a change set. */
export type RuntimeOp =
  | { op: "set"; key: string; value: string; base?: string | null; expires_in_s?: number }
  | { op: "delete"; key: string; base?: string | null };

/** Body of `PATCH /api/v1/runtime`. `base`: the admin layer's value that was seen; absent = whatever it is. */
export interface RuntimePatch {
  reason: string;
  dry_run?: boolean;
  confirm_within_s?: number;
  ops: RuntimeOp[];
}

/** What a change did to one key. */
export interface AppliedKey {
  key: string;
  /** Of the admin layer. */
  before: string | null;
  after: string | null;
  effective_before: string | null;
  effective_after: string | null;
  /** Name of the layer above that hides it; null = none. */
  shadowed_by: string | null;
}

/** Answer of `PATCH /api/v1/runtime`, and of confirm and undo. */
export interface RuntimeApplied {
  change_id: string;
  revision: number;
  generation: number;
  applied: AppliedKey[];
  pending_confirm_until_ms?: number;
}

/** Somebody else changed a key meanwhile (409). */
export interface RuntimeConflict {
  key: string;
  base: string | null;
  current: string | null;
  set_by: string;
  set_ms: number | null;
  reason: string;
}

/** Who or what made a change. */
export type RuntimeChangeSource =
  | "admin"
  | "admin_api"
  | "rtds"
  | "disk"
  | "expiry"
  | "confirm_timeout"
  | "undo"
  | "kill_switch";

/** Item of `GET /api/v1/runtime/history`, newest first. */
export interface RuntimeChange {
  change_id: string;
  at_ms: number;
  revision: number;
  /** `ana`, `admin-api 127.0.0.1`, the name of an RTDS or disk layer. */
  actor: string;
  source: RuntimeChangeSource;
  reason: string;
  keys: (AppliedKey & { expires_ms: number | null })[];
  state: "applied" | "pending_confirm" | "kept" | "reverted" | "expired" | "undone" | "superseded";
  /** What state it is in now because of which other change; null = none. */
  by_change_id: string | null;
  /** An undo would do something. */
  undoable: boolean;
}

/** Frames of the topic `runtime`. Upserts carry the entries a change touched and come right after it. */
export type RuntimeFrame =
  | { op: "snapshot"; data: RuntimeView }
  | { op: "change"; data: RuntimeChange; revision: number; pending: RuntimeView["pending"] }
  | { op: "upsert"; key: string; data: RuntimeEntry }
  | { op: "remove"; key: string }
  | { op: "layers"; data: RuntimeLayer[] }
  | { op: "propagation"; data: RuntimePropagation };
