/** The configuration, resource by resource, with its versions (spec/console.md 5.8): `GET /api/v1/config` and below it. */

/** Kinds of resources, as paths name them. */
export type ConfigType = "bootstrap" | "listener" | "route" | "cluster" | "endpoints" | "secret" | "runtime";

/** What the source was told, in the words of `/config_dump`. */
export type ClientStatus = "REQUESTED" | "ACKED" | "NACKED" | "TIMEOUT" | "DOES_NOT_EXIST";

/** Where a resource stands. */
export type ConfigState = "active" | "warming" | "active+warming" | "draining" | "waiting" | "refused" | "removed";

/** One resource of the tree; its key is `TYPE/NAME`. */
export interface ConfigItem {
  type: ConfigType;
  name: string;
  state: ConfigState;
  /** Of the bootstrap: nothing that comes later changes it. */
  is_static: boolean;
  /** Of what is in force; empty = none, or it has no version. */
  version: string;
  /** When what is in force became so; null = nothing is. */
  updated_ms: number | null;
  /** Null = nobody was asked for it. */
  client_status: ClientStatus | null;
  /** Why the last update was refused, or does not come; empty = neither. */
  error: string;
  /** In words; empty = the bootstrap. */
  source: string;
}

/** Body of `GET /api/v1/config`. */
export interface ConfigTree {
  as_of_ms: number;
  generation: number;
  bootstrap: BootstrapFile;
  items: ConfigItem[];
}

/** The file that the process was started from. */
export interface BootstrapFile {
  /** Empty = there is none. */
  path: string;
  loaded_ms: number;
  /** Null = it cannot be read now. */
  differs: boolean | null;
}

/** One version of a resource. */
export interface ConfigVersion {
  /** What `?version=` and a diff take. */
  id: string;
  version: string;
  state: "active" | "warming" | "past" | "rejected";
  source: string;
  received_ms: number;
  /** When it came into force; null = it did not, or nobody remembers. */
  applied_ms: number | null;
  /** Of its text; null = there was no room for it. */
  bytes: number | null;
  /** Versions before it that came too fast to be kept. */
  skipped: number;
  error: string;
}

/** Body of `GET /api/v1/config/:type/:name/versions`: newest first. */
export interface ConfigVersions {
  items: ConfigVersion[];
}

/** Body of `GET /api/v1/config/:type/:name`. */
export interface ConfigResource {
  item: ConfigItem;
  /** Of the version that is shown; empty = what is in force and has no version of its own. */
  version_id: string;
  /** Canonical proto JSON, secrets made unreadable; null = there is nothing to show. */
  resource: unknown;
}

/** What an update did to resources of one type. */
export interface ConfigPush {
  id: number;
  at_ms: number;
  type: ConfigType;
  source: string;
  version: string;
  /** At most 100 names of each kind. */
  added: string[];
  changed: string[];
  removed: string[];
  refused: { name: string; error: string }[];
  counts: { added: number; changed: number; removed: number; refused: number };
}

/** Body of `GET /api/v1/config/changes`: newest first. */
export interface ConfigChanges {
  items: ConfigPush[];
}

/** One line of a comparison; `gap` stands for lines that are the same. */
export type DiffLine =
  | { op: "same" | "added" | "removed"; depth: number; text: string }
  | { op: "gap"; count: number }
  | { op: "note"; depth: number; text: string };

/** Body of `GET /api/v1/config/diff`. */
export interface ConfigDiff {
  a: string;
  b: string;
  added: number;
  removed: number;
  lines: DiffLine[];
}
