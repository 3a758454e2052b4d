/**
 * Every command-line flag: Envoy's and ours, with what `--help` says of it (spec/operations.md 2). A flag of Envoy's
 * that does nothing here says so; one that would change behaviour we do not have yet is refused by name.
 */

/** What follows a flag: nothing, one word, a whole number of 32 bits, or one word each of several times. */
export type FlagKind = "switch" | "text" | "number" | "list";

/** The chapters of `--help`, in its order. */
export const FLAG_CHAPTERS = [
  "Configuration",
  "Process",
  "Logs",
  "Admin and console",
  "Stopping and draining",
  "What to do with what is not known",
  "Accepted for Envoy's sake, without effect",
  "Known to Envoy, refused here",
  "This text and others",
] as const;

/** One flag. */
export interface FlagSpec {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, or empty. */
  readonly short: string;
  readonly kind: FlagKind;
  /** How `--help` writes the value; empty for a switch. */
  readonly value: string;
  readonly chapter: (typeof FLAG_CHAPTERS)[number];
  readonly help: string;
  /** What the flag needs that is not here yet; empty when the flag works. */
  readonly refusal: string;
}

type Row = readonly [name: string, kind: FlagKind, value: string, help: string, refusal?: string];

function chapter(title: FlagSpec["chapter"], rows: readonly Row[]): FlagSpec[] {
  return rows.map(([names, kind, value, help, refusal = ""]) => {
    const [name, short = ""] = names.split(" -");
    return { name: name!, short, kind, value, chapter: title, help, refusal };
  });
}

/** In the order of `--help`. */
export const FLAGS: readonly FlagSpec[] = [
  ...chapter("Configuration", [
    ["config-path -c", "text", "PATH", "Bootstrap file, by its ending .yaml, .yml, .json or .pb; any other is JSON"],
    ["config-yaml", "text", "YAML", "Bootstrap as text, merged over --config-path: scalars replace, lists append"],
    [
      "mode",
      "text",
      "serve|validate|init_only",
      "Serve (default); or check the configuration and exit; or load and exit",
    ],
    ["service-cluster", "text", "NAME", "Overrides node.cluster"],
    ["service-node", "text", "NAME", "Overrides node.id"],
    ["service-zone", "text", "NAME", "Overrides node.locality.zone"],
    ["demo", "switch", "", "Serve a built-in configuration with built-in origins: try it without any file"],
  ]),
  ...chapter("Process", [
    ["concurrency", "number", "N", "Workers; default: one per hardware thread"],
    ["file-flush-interval-msec", "number", "MS", "Access log files are written at least this often; default 10000"],
    ["file-flush-min-size-kb", "number", "KB", "… and when this much is waiting; default 64"],
  ]),
  ...chapter("Logs", [
    ["log-level -l", "text", "LEVEL", "trace, debug, info (default), warning, error, critical or off"],
    ["component-log-level", "text", "NAME:LEVEL,…", "Levels of single components: upstream:debug,config:trace"],
    ["log-format", "text", "FORMAT", "Default [%Y-%m-%d %T.%e][%t][%l][%n] [%g:%#] %v"],
    ["log-format-escaped", "switch", "", "Escape line ends and the like inside a message: one record, one line"],
    ["log-path", "text", "FILE", "Write to FILE instead of stderr; opened anew on SIGUSR1"],
  ]),
  ...chapter("Admin and console", [
    ["admin-address-path", "text", "FILE", "Write the admin's IP:PORT to FILE once it is bound"],
    ["admin-allowed-host", "list", "NAME", "A host name under which the admin may be asked; several times"],
    ["admin-envoy-open", "switch", "", "Who reaches the admin port may do everything, as in Envoy"],
    ["runtime-admin-persist", "text", "FILE", "Keep runtime values that are edited in FILE, over restarts"],
    ["admin-token-file", "text", "FILE", "Who may do what: lines NAME:ROLE:SHA256HEX; read again when it changes"],
    ["admin-protect", "text", "post|all", "Envoy's own paths want a token too: changes from this machine, or all"],
    ["admin-audit-path", "text", "FILE", "Write who did what to FILE, one line of JSON each; opened anew on SIGUSR1"],
    [
      "admin-cors-origin",
      "list",
      "ORIGIN",
      "Pages of this origin may use the console's API, with a token; several times",
    ],
    ["console", "text", "on|off", "Serve the console under /console/; default on"],
  ]),
  ...chapter("Stopping and draining", [
    [
      "shutdown-drain-time-s",
      "number",
      "S",
      "SIGTERM waits this long for requests to finish; default 10; 0: not at all",
    ],
    ["drain-time-s", "number", "S", "Window of a graceful drain and of listener removal; default 600"],
    ["drain-strategy", "text", "gradual|immediate", "How connections are told while draining; default gradual"],
  ]),
  ...chapter("What to do with what is not known", [
    ["allow-unsupported", "switch", "", "Fields and extensions that Envoy has and denvoy lacks: warn, do not refuse"],
    [
      "tolerate-unknown-extensions",
      "switch",
      "",
      "Leave out extensions that not even Envoy knows, where that is harmless",
    ],
    ["allow-unknown-static-fields", "switch", "", "Fields that nobody knows in the bootstrap: warn, do not refuse"],
    ["allow-unknown-fields", "switch", "", "The old name of --allow-unknown-static-fields"],
    ["reject-unknown-dynamic-fields", "switch", "", "Refuse xDS resources with fields that nobody knows"],
    ["ignore-unknown-dynamic-fields", "switch", "", "… or take them without a word"],
    ["skip-deprecated-logs", "switch", "", "No warnings about deprecated fields"],
  ]),
  ...chapter("Accepted for Envoy's sake, without effect", [
    ["base-id", "number", "N", "There is nothing that two processes on a host would share"],
    ["use-dynamic-base-id", "switch", "", "So any id will do"],
    ["base-id-path", "text", "FILE", "The base id is written to FILE"],
    ["disable-hot-restart", "switch", "", "There is no hot restart; processes may share their addresses instead"],
    ["parent-shutdown-time-s", "number", "S", "Part of hot restart"],
    ["socket-path", "text", "PATH", "Part of hot restart"],
    ["socket-mode", "text", "MODE", "Part of hot restart"],
    ["skip-hot-restart-on-no-parent", "switch", "", "Part of hot restart"],
    ["skip-hot-restart-parent-stats", "switch", "", "Part of hot restart"],
    ["local-address-ip-version", "text", "v4|v6", "Which local address is reported; default v4"],
    ["log-stacktrace-single-entry", "switch", "", "Always so"],
    ["cpuset-threads", "switch", "", "Always so"],
    ["enable-mutex-tracing", "switch", "", "There are no mutexes"],
    ["enable-core-dump", "switch", "", "Up to the system"],
  ]),
  ...chapter("Known to Envoy, refused here", [
    ["restart-epoch", "number", "N", "Hot restart; 0 is accepted", "hot restart"],
    ["enable-fine-grain-logging", "switch", "", "Log levels by file", "log levels by file"],
    ["stats-tag", "list", "NAME:VALUE", "A tag on every stat", "fixed tags on stats"],
    ["disable-extensions", "text", "NAMES", "Refuse some extensions", "a list of extensions by Envoy's names"],
  ]),
  ...chapter("This text and others", [
    ["help -h", "switch", "", "This text"],
    ["version", "switch", "", "The version"],
    ["hot-restart-version", "switch", "", "The version of Envoy's hot restart protocol"],
    ["ignore_rest", "switch", "", "Also --: what follows is not read"],
  ]),
];

const BY_NAME = new Map(FLAGS.map((flag) => [`--${flag.name}`, flag]));
for (const flag of FLAGS) if (flag.short !== "") BY_NAME.set(`-${flag.short}`, flag);

/** The flag that is written `--name` or `-n`. */
export function findFlag(written: string): FlagSpec | undefined {
  return BY_NAME.get(written);
}

/** How refusals name a flag: `-c (--config-path)`, `(--concurrency)`. */
export function flagTitle(flag: FlagSpec): string {
  return flag.short === "" ? `(--${flag.name})` : `-${flag.short} (--${flag.name})`;
}
