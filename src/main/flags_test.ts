/** Tests of the command line: what is read, and Envoy's refusals word for word. */

import assert from "node:assert/strict";
import { LOGGER_NAMES, LogLevel } from "../base/log.ts";
import { FLAG_CHAPTERS, FLAGS } from "./flag_table.ts";
import { type Options, readCommandLine } from "./flags.ts";
import { VERSION } from "./version.ts";

function options(...args: string[]): Options {
  const line = readCommandLine(args, 8);
  assert.equal(line.kind, "run", line.kind === "say" ? line.text : "");
  return (line as { options: Options }).options;
}

function said(...args: string[]): { to: string; text: string; exitCode: number } {
  const line = readCommandLine(args, 8);
  assert.ok(line.kind === "say", `${args.join(" ")} was accepted`);
  return line;
}

/** The last line of a refusal, which says what is wrong. */
function refusal(...args: string[]): string {
  const { to, text, exitCode } = said(...args);
  assert.deepEqual([to, exitCode], ["stderr", 1]);
  return text.trimEnd().split("\n").at(-1)!;
}

Deno.test("readCommandLine() gives Envoy's defaults when nothing is said", () => {
  const read = options();
  assert.equal(read.mode, "serve");
  assert.equal(read.concurrency, 8);
  assert.equal(read.logLevel, LogLevel.INFO);
  assert.equal(read.drainTimeS, 600);
  assert.equal(read.drainStrategy, "gradual");
  assert.equal(read.parentShutdownTimeS, 900);
  assert.equal(read.shutdownDrainTimeS, 10);
  assert.equal(read.fileFlushIntervalMs, 10_000);
  assert.equal(read.fileFlushMinKb, 64);
  assert.equal(read.localAddressIpVersion, "v4");
  assert.equal(read.console, true);
  assert.equal(read.allowUnsupported, false);
});

Deno.test("readCommandLine() reads short and long names", () => {
  assert.equal(options("-c", "a.yaml").configPath, "a.yaml");
  assert.equal(options("--config-path", "a.yaml").configPath, "a.yaml");
  assert.equal(options("-l", "debug").logLevel, LogLevel.DEBUG);
  assert.equal(options("--log-level", "warn").logLevel, LogLevel.WARNING);
});

Deno.test("readCommandLine() takes the next word as the value whatever it looks like", () => {
  assert.equal(options("--service-node", "--version").serviceNode, "--version");
});

Deno.test("readCommandLine() makes one worker of --concurrency 0", () => {
  assert.equal(options("--concurrency", "0").concurrency, 1);
});

Deno.test("readCommandLine() takes component levels over the general one", () => {
  const { logLevels } = options("-l", "error", "--component-log-level", "upstream:debug,http:trace");
  assert.equal(logLevels[LOGGER_NAMES.indexOf("upstream")], LogLevel.DEBUG);
  assert.equal(logLevels[LOGGER_NAMES.indexOf("http")], LogLevel.TRACE);
  assert.equal(logLevels[LOGGER_NAMES.indexOf("main")], LogLevel.ERROR);
});

Deno.test("readCommandLine() reads nothing after --", () => {
  assert.equal(options("--concurrency", "2", "--", "--nonsense").concurrency, 2);
});

Deno.test("readCommandLine() collects a flag that may be given several times", () => {
  assert.deepEqual(options("--admin-allowed-host", "a", "--admin-allowed-host", "b").adminAllowedHosts, ["a", "b"]);
});

const WORD_REFUSALS: readonly [string[], string][] = [
  [["--concurrency=2"], "--concurrency=2 -- Couldn't find match for argument"],
  [["--frobnicate"], "--frobnicate -- Couldn't find match for argument"],
  [["stray"], "stray -- Couldn't find match for argument"],
  [["-x"], "-x -- Couldn't find match for argument"],
  [["-cfoo"], "-cfoo -- Couldn't find match for argument"],
  [["--enable-core-dump", "x"], "x -- Couldn't find match for argument"],
  [["-c", "a", "-c", "b"], "-c (--config-path) -- Argument already set!"],
  [["-c", "a", "--config-path", "b"], "-c (--config-path) -- Argument already set!"],
  [
    ["--allow-unknown-static-fields", "--allow-unknown-static-fields"],
    "(--allow-unknown-static-fields) -- Argument already set!",
  ],
  [["--concurrency", "abc"], "(--concurrency) -- Couldn't read argument value from string 'abc'"],
  [["--concurrency", "1.5"], "(--concurrency) -- Couldn't read argument value from string '1.5'"],
  [["--concurrency", "0x10"], "(--concurrency) -- Couldn't read argument value from string '0x10'"],
  [["--concurrency", "4294967296"], "(--concurrency) -- Couldn't read argument value from string '4294967296'"],
  [["--drain-time-s", "1e3"], "(--drain-time-s) -- Couldn't read argument value from string '1e3'"],
  [["-c"], "-c (--config-path) -- Missing a value for this argument!"],
  [["-l"], "-l (--log-level) -- Missing a value for this argument!"],
];

const MEANING_REFUSALS: readonly [string[], string][] = [
  [["--mode", "x"], "error: unknown mode 'x'"],
  [["-l", "foo"], "error: invalid log level specified 'foo'"],
  [["-l", "INFO"], "error: invalid log level specified 'INFO'"],
  [["--component-log-level", "a"], "error: component log level not correctly specified 'a'"],
  [["--component-log-level", "http:debug,"], "error: component log level not correctly specified ''"],
  [["--component-log-level", "http:debug:x"], "error: component log level not correctly specified 'http:debug:x'"],
  [["--component-log-level", "foo:debug"], "error: invalid component specified 'foo'"],
  [["--component-log-level", "http:foo"], "error: invalid log level specified 'foo'"],
  [
    ["--enable-fine-grain-logging", "--component-log-level", "http:debug"],
    "error: --component-log-level will not work with --enable-fine-grain-logging",
  ],
  [["--drain-strategy", "foo"], "error: unknown drain-strategy 'foo'"],
  [["--local-address-ip-version", "v5"], "error: unknown IP address version 'v5'"],
  [["--stats-tag", "foo"], "error: misformatted stats-tag 'foo'"],
  [["--stats-tag", "a.b:c"], "error: misformatted stats-tag 'a.b:c' contains invalid char in 'a.b'"],
  [["--stats-tag", "a_b:c"], "error: misformatted stats-tag 'a_b:c' contains invalid char in 'a_b'"],
  [["--stats-tag", "a:b.c"], "error: misformatted stats-tag 'a:b.c' contains invalid char in 'b.c'"],
  [["--stats-tag", "a:"], "error: misformatted stats-tag 'a:' contains invalid char in ''"],
  [
    ["--restart-epoch", "1", "--use-dynamic-base-id"],
    "error: cannot use --restart-epoch=1 with --use-dynamic-base-id",
  ],
];

for (const [args, wanted] of [...WORD_REFUSALS, ...MEANING_REFUSALS]) {
  Deno.test(`readCommandLine() refuses ${args.join(" ")} in Envoy's words`, () => {
    assert.equal(refusal(...args), wanted);
  });
}

Deno.test("readCommandLine() shows the usage with a wrong word and not with a wrong meaning", () => {
  const { text } = said("--frobnicate");
  assert.ok(text.startsWith("PARSE ERROR: Argument: --frobnicate\n             Couldn't find match for argument\n\n"));
  assert.ok(text.includes("Brief USAGE: \n"));
  assert.equal(said("--mode", "x").text, "error: unknown mode 'x'\n");
});

Deno.test("readCommandLine() refuses by name what Envoy has and denvoy lacks", () => {
  for (const flag of FLAGS.filter((flag) => flag.refusal !== "")) {
    const value = { switch: [], number: ["1"], text: ["a"], list: ["a:b"] }[flag.kind];
    const text = refusal(`--${flag.name}`, ...value);
    assert.ok(text.includes(`--${flag.name}`), text);
  }
  assert.equal(options("--restart-epoch", "0").concurrency, 8);
});

Deno.test("readCommandLine() answers --help on stdout with every flag in it", () => {
  const { to, text, exitCode } = said("--help");
  assert.deepEqual([to, exitCode], ["stdout", 0]);
  for (const flag of FLAGS) assert.ok(text.includes(` --${flag.name}`), flag.name);
  for (const chapter of FLAG_CHAPTERS) assert.ok(text.includes(`\n${chapter}:\n`), chapter);
  for (const line of text.split("\n")) assert.ok(line.length <= 120, line);
});

Deno.test("readCommandLine() answers where --help stands: a wrong word before it is refused, one after is not read", () => {
  assert.equal(said("-h", "stray").exitCode, 0);
  assert.equal(refusal("stray", "-h"), "stray -- Couldn't find match for argument");
});

Deno.test("readCommandLine() tells the versions", () => {
  assert.match(said("--version").text, /^\ndenvoy {2}version: [^/]+\/\d+\.\d+\.\d+\/Clean\/RELEASE\/[^/]+\n\n$/);
  assert.deepEqual(said("--hot-restart-version"), { kind: "say", to: "stderr", text: "11.104\n", exitCode: 0 });
});

Deno.test("VERSION is deno.json's", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.equal(VERSION, version);
});
