/** Tests of `--log-format`. */

import assert from "node:assert/strict";
import { LogLevel, type LogRecord } from "../base/log.ts";
import { compileLogFormat, DEFAULT_LOG_FORMAT } from "./log_format.ts";

/** 2026-03-05 14:07:09.042 and a half, in whatever zone this runs. */
const TIME_MS = new Date(2026, 2, 5, 14, 7, 9, 42).getTime() + 0.5;

const RECORD: LogRecord = {
  timeMs: TIME_MS,
  level: LogLevel.WARNING,
  logger: "upstream",
  thread: 3,
  text: 'host "a" is\ngone',
  tags: '"ConnectionId":"5"',
  file: "src/upstream/host.ts",
  line: 17,
  functionName: "retire",
};

function written(format: string, record: Partial<LogRecord> = {}, isEscaped = false): string {
  const line = compileLogFormat(format, isEscaped, 4242).line({ ...RECORD, ...record });
  assert.ok(line.endsWith("\n"));
  return line.slice(0, -1);
}

Deno.test("compileLogFormat() writes the default format as Envoy does", () => {
  assert.equal(
    written(DEFAULT_LOG_FORMAT, { text: "gone", tags: "" }),
    "[2026-03-05 14:07:09.042][3][warning][upstream] [src/upstream/host.ts:17] gone",
  );
});

const CASES: readonly [string, string][] = [
  ["%v", '[Tags: "ConnectionId":"5"] host "a" is\ngone'],
  ["%_", '[Tags: "ConnectionId":"5"] host "a" is\\ngone'],
  ["%j", '[Tags: \\"ConnectionId\\":\\"5\\"] host \\"a\\" is\\ngone'],
  ["%+", 'host "a" is\ngone'],
  ["x%*", 'x,"ConnectionId":"5"'],
  ["%n %l %L %t %P", "upstream warning W 3 4242"],
  ["%s|%g|%#|%!|%@", "host.ts|src/upstream/host.ts|17|retire|src/upstream/host.ts:17"],
  ["%Y/%m/%d %H-%M-%S", "2026/03/05 14-07-09"],
  ["%e %f %F", "042 042500 042500000"],
  ["%T %D %p", "14:07:09 03/05/26 PM"],
  ["%c", "Thu Mar 5 14:07:09 2026"],
  ["%E", String(Math.floor(TIME_MS / 1000))],
  ["100%% %q %^%l%$", "100% %q warning"],
  ["[%10n][%-10n][%=10n]", "[  upstream][upstream  ][ upstream ]"],
  ["no flags at all", "no flags at all"],
];

for (const [format, wanted] of CASES) {
  Deno.test(`compileLogFormat() writes ${format}`, () => assert.equal(written(format), wanted));
}

Deno.test("compileLogFormat() escapes a whole message under --log-format-escaped", () => {
  assert.equal(written("%+", { text: 'a\n\t"b"\\\'\x01\x7fé' }, true), 'a\\n\\t\\"b\\"\\\\\\\'\\001\\177é');
});

Deno.test("compileLogFormat() counts milliseconds since the record before with %i", () => {
  const format = compileLogFormat("%i", false, 1);
  assert.equal(format.line(RECORD), "0\n");
  assert.equal(format.line({ ...RECORD, timeMs: TIME_MS + 1500.7 }), "1500\n");
});

Deno.test("compileLogFormat() wants source locations only when a flag shows them", () => {
  for (
    const [format, wanted] of [["%v", false], ["%T %n", false], ["%#", true], ["%-20s", true], ["%!", true]] as const
  ) {
    assert.equal(compileLogFormat(format, false, 1).needsLocations, wanted, format);
  }
});
