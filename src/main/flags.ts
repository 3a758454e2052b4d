/**
 * The command line read into {@link Options}, with Envoy's refusals word for word (spec/operations.md 2).
 *
 * Two passes, as in Envoy: first the words, left to right, against the table (unknown, twice, no value, no number);
 * then what the values mean (levels, modes). The first refusal ends it. `--help` and `--version` count where they
 * stand: what is before them must be right, what is after is not read.
 */

import { LOGGER_NAMES, loggerNameOf, LogLevel, logLevelOf } from "../base/log.ts";
import type { DrainStrategy } from "../proxy/drain.ts";
import { findFlag, type FlagSpec, flagTitle } from "./flag_table.ts";
import { briefUsage, helpText } from "./help_text.ts";
import { HOT_RESTART_VERSION, VERSION_TEXT } from "./version.ts";

/** What the process was asked to do. */
export interface Options {
  /** Empty when not given; so for all texts. */
  readonly configPath: string;
  readonly configYaml: string;
  readonly mode: "serve" | "validate" | "init_only";
  readonly isDemo: boolean;
  readonly concurrency: number;
  readonly logLevel: LogLevel;
  /** As given, for `/server_info`. */
  readonly componentLogLevel: string;
  /** Both flags together, by position in LOGGER_NAMES. */
  readonly logLevels: readonly LogLevel[];
  /** Empty: the default, or the bootstrap's. */
  readonly logFormat: string;
  readonly logFormatEscaped: boolean;
  readonly logStacktraceSingleEntry: boolean;
  readonly logPath: string;
  readonly serviceCluster: string;
  readonly serviceNode: string;
  readonly serviceZone: string;
  readonly adminAddressPath: string;
  readonly adminAllowedHosts: readonly string[];
  readonly adminEnvoyOpen: boolean;
  readonly adminTokenFile: string;
  readonly adminProtect: "none" | "post" | "all";
  readonly adminAuditPath: string;
  readonly adminCorsOrigins: readonly string[];
  readonly console: boolean;
  /** File that keeps runtime edits; empty = they end with the process. */
  readonly runtimeAdminPersist: string;
  readonly drainTimeS: number;
  readonly drainStrategy: DrainStrategy;
  readonly shutdownDrainTimeS: number;
  readonly parentShutdownTimeS: number;
  readonly fileFlushIntervalMs: number;
  readonly fileFlushMinKb: number;
  readonly statsTags: readonly string[];
  readonly allowUnsupported: boolean;
  readonly tolerateUnknownExtensions: boolean;
  readonly allowUnknownStaticFields: boolean;
  readonly rejectUnknownDynamicFields: boolean;
  readonly ignoreUnknownDynamicFields: boolean;
  readonly skipDeprecatedLogs: boolean;
  readonly baseId: number;
  readonly useDynamicBaseId: boolean;
  readonly baseIdPath: string;
  readonly disableHotRestart: boolean;
  readonly socketPath: string;
  readonly socketMode: string;
  readonly skipHotRestartOnNoParent: boolean;
  readonly skipHotRestartParentStats: boolean;
  readonly localAddressIpVersion: "v4" | "v6";
  readonly cpusetThreads: boolean;
  readonly enableMutexTracing: boolean;
  readonly enableCoreDump: boolean;
}

/** What came of reading the command line. */
export type CommandLine =
  | { readonly kind: "run"; readonly options: Options }
  /** Print and exit. */
  | { readonly kind: "say"; readonly to: "stdout" | "stderr"; readonly text: string; readonly exitCode: 0 | 1 };

/** Reads `args`, the words after the program's name. */
export function readCommandLine(args: readonly string[], hardwareThreads = navigator.hardwareConcurrency): CommandLine {
  try {
    const words = readWords(args);
    return words instanceof Map ? { kind: "run", options: readMeaning(words, hardwareThreads) } : words;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "say", to: "stderr", text: error.message, exitCode: 1 };
  }
}

/** The options of a process without a command line, as the embedding API has it. */
export function defaultOptions(): Options {
  return readMeaning(new Map(), navigator.hardwareConcurrency);
}

class Refusal extends Error {}

/** Envoy's two notes: a short usage around the reason for a word, one line for a meaning. */
function refuseWord(title: string, reason: string): never {
  throw new Refusal(
    `PARSE ERROR: Argument: ${title}\n             ${reason}\n\n${briefUsage()}\n${title} -- ${reason}\n`,
  );
}

function refuse(reason: string): never {
  throw new Refusal(`error: ${reason}\n`);
}

type Words = Map<string, string[]>;

const UINT32_MAX = 4_294_967_295;

function readWords(args: readonly string[]): Words | CommandLine {
  const words: Words = new Map();
  for (let at = 0; at < args.length; at++) {
    const written = args[at]!;
    if (written === "--" || written === "--ignore_rest") break;
    const flag = findFlag(written);
    if (flag === undefined) refuseWord(written, "Couldn't find match for argument");
    const answer = answerOf(flag);
    if (answer !== null) return answer;
    if (words.has(flag.name) && flag.kind !== "list") refuseWord(flagTitle(flag), "Argument already set!");
    words.set(flag.name, [...words.get(flag.name) ?? [], flag.kind === "switch" ? "" : valueOf(flag, args[++at])]);
  }
  return words;
}

/** What a flag has to say that answers and ends. */
function answerOf(flag: FlagSpec): CommandLine | null {
  switch (flag.name) {
    case "help":
      return { kind: "say", to: "stdout", text: helpText(), exitCode: 0 };
    case "version":
      return { kind: "say", to: "stdout", text: `\ndenvoy  version: ${VERSION_TEXT}\n\n`, exitCode: 0 };
    case "hot-restart-version":
      return { kind: "say", to: "stderr", text: `${HOT_RESTART_VERSION}\n`, exitCode: 0 };
    default:
      return null;
  }
}

function valueOf(flag: FlagSpec, value: string | undefined): string {
  if (value === undefined) refuseWord(flagTitle(flag), "Missing a value for this argument!");
  // Differs from Envoy: `--concurrency -1` is no number here; there it wraps to 4294967295.
  if (flag.kind === "number" && !(/^\d+$/.test(value) && Number(value) <= UINT32_MAX)) {
    refuseWord(flagTitle(flag), `Couldn't read argument value from string '${value}'`);
  }
  return value;
}

function readMeaning(words: Words, hardwareThreads: number): Options {
  const text = (name: string, unset = "") => words.get(name)?.[0] ?? unset;
  const number = (name: string, unset: number) => Number(text(name, String(unset)));
  const isSet = (name: string) => words.has(name);
  const choice = <Choice extends string>(name: string, choices: readonly Choice[], complaint: string): Choice => {
    const value = text(name, choices[0]);
    return choices.find((known) => known === value) ?? refuse(`${complaint} '${value}'`);
  };

  if (isSet("enable-fine-grain-logging") && text("component-log-level") !== "") {
    refuse("--component-log-level will not work with --enable-fine-grain-logging");
  }
  const logLevel = readLevel(text("log-level", "info"));
  const logLevels = readComponentLevels(text("component-log-level"), logLevel);
  const localAddressIpVersion = choice("local-address-ip-version", ["v4", "v6"], "unknown IP address version");
  const mode = choice("mode", ["serve", "validate", "init_only"], "unknown mode");
  const drainStrategy = choice("drain-strategy", ["gradual", "immediate"], "unknown drain-strategy");
  const console = choice("console", ["on", "off"], "unknown console") === "on";
  const adminProtect = isSet("admin-protect")
    ? choice("admin-protect", ["post", "all"], "unknown admin-protect")
    : "none";
  if (adminProtect !== "none" && text("admin-token-file") === "") {
    refuse("cannot use --admin-protect without --admin-token-file");
  }
  const adminCorsOrigins = words.get("admin-cors-origin") ?? [];
  adminCorsOrigins.forEach(checkOrigin);
  const statsTags = words.get("stats-tag") ?? [];
  statsTags.forEach(checkStatsTag);
  const epoch = number("restart-epoch", 0);
  if (isSet("use-dynamic-base-id") && epoch > 0) {
    refuse(`cannot use --restart-epoch=${epoch} with --use-dynamic-base-id`);
  }
  for (const name of words.keys()) refuseUnsupported(findFlag(`--${name}`)!, text(name));

  return {
    configPath: text("config-path"),
    configYaml: text("config-yaml"),
    mode,
    isDemo: isSet("demo"),
    concurrency: Math.max(1, number("concurrency", hardwareThreads)),
    logLevel,
    componentLogLevel: text("component-log-level"),
    logLevels,
    logFormat: text("log-format"),
    logFormatEscaped: isSet("log-format-escaped"),
    logStacktraceSingleEntry: isSet("log-stacktrace-single-entry"),
    logPath: text("log-path"),
    serviceCluster: text("service-cluster"),
    serviceNode: text("service-node"),
    serviceZone: text("service-zone"),
    adminAddressPath: text("admin-address-path"),
    adminAllowedHosts: words.get("admin-allowed-host") ?? [],
    adminEnvoyOpen: isSet("admin-envoy-open"),
    adminTokenFile: text("admin-token-file"),
    adminProtect,
    adminAuditPath: text("admin-audit-path"),
    adminCorsOrigins,
    console,
    runtimeAdminPersist: text("runtime-admin-persist"),
    drainTimeS: number("drain-time-s", 600),
    drainStrategy,
    shutdownDrainTimeS: number("shutdown-drain-time-s", 10),
    parentShutdownTimeS: number("parent-shutdown-time-s", 900),
    fileFlushIntervalMs: number("file-flush-interval-msec", 10_000),
    fileFlushMinKb: number("file-flush-min-size-kb", 64),
    statsTags,
    allowUnsupported: isSet("allow-unsupported"),
    tolerateUnknownExtensions: isSet("tolerate-unknown-extensions"),
    allowUnknownStaticFields: isSet("allow-unknown-static-fields") || isSet("allow-unknown-fields"),
    rejectUnknownDynamicFields: isSet("reject-unknown-dynamic-fields"),
    ignoreUnknownDynamicFields: isSet("ignore-unknown-dynamic-fields"),
    skipDeprecatedLogs: isSet("skip-deprecated-logs"),
    baseId: number("base-id", 0),
    useDynamicBaseId: isSet("use-dynamic-base-id"),
    baseIdPath: text("base-id-path"),
    disableHotRestart: isSet("disable-hot-restart"),
    socketPath: text("socket-path", "@envoy_domain_socket"),
    socketMode: text("socket-mode", "600"),
    skipHotRestartOnNoParent: isSet("skip-hot-restart-on-no-parent"),
    skipHotRestartParentStats: isSet("skip-hot-restart-parent-stats"),
    localAddressIpVersion,
    cpusetThreads: isSet("cpuset-threads"),
    enableMutexTracing: isSet("enable-mutex-tracing"),
    enableCoreDump: isSet("enable-core-dump"),
  };
}

function readLevel(text: string): LogLevel {
  return logLevelOf(text === "warn" ? "warning" : text) ?? refuse(`invalid log level specified '${text}'`);
}

function readComponentLevels(text: string, everywhere: LogLevel): LogLevel[] {
  const levels: LogLevel[] = LOGGER_NAMES.map(() => everywhere);
  for (const pair of text === "" ? [] : text.split(",")) {
    const parts = pair.split(":");
    if (parts.length !== 2) refuse(`component log level not correctly specified '${pair}'`);
    const level = readLevel(parts[1]!);
    const logger = loggerNameOf(parts[0]!) ?? refuse(`invalid component specified '${parts[0]}'`);
    levels[LOGGER_NAMES.indexOf(logger)] = level;
  }
  return levels;
}

/** A browser says just this of a page, so anything longer would never be equal. */
function checkOrigin(origin: string): void {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return;
  refuse(`invalid admin-cors-origin '${origin}', wanted one like https://console.example:8443`);
}

function checkStatsTag(tag: string): void {
  const colon = tag.indexOf(":");
  if (colon < 0) refuse(`misformatted stats-tag '${tag}'`);
  const name = tag.slice(0, colon), value = tag.slice(colon + 1);
  if (!/^[A-Za-z0-9]*$/.test(name)) refuse(`misformatted stats-tag '${tag}' contains invalid char in '${name}'`);
  if (!/^[^.]+$/.test(value)) refuse(`misformatted stats-tag '${tag}' contains invalid char in '${value}'`);
}

function refuseUnsupported(flag: FlagSpec, value: string): void {
  if (flag.refusal === "" || (flag.name === "restart-epoch" && Number(value) === 0)) return;
  refuse(`cannot use --${flag.name}: it needs ${flag.refusal}, which Envoy has and denvoy does not`);
}
