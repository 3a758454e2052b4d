import assert from "node:assert/strict";
import { assertFormats, formatted, formattedJson } from "../../../test/support/formats.ts";
import { beganFacts, connectionFacts, formatContext, streamView } from "../../../test/support/stream_views.ts";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { TimeFormat } from "./time_format.ts";

function written(format: string, wallMs: number, time = new TimeFormat(format, false)): string {
  const writer = new ByteWriter();
  time.write(writer, wallMs);
  return latin1Text(writer.bytes, 0, writer.length);
}

/** 2026-11-24T08:07:09.2515Z. */
const WALL_MS = 1_795_507_629_251.5;

Deno.test("TimeFormat writes digits of the fraction", () => {
  const cases: Readonly<Record<string, string>> = {
    "%f": "251500000",
    "%1f|%3f|%6f|%9f": "2|251|251500|251500000",
    "%ff": "251500000f",
    "%E3f|%E9f|%E*f": "251|251500000|2515",
    "%E0S|%E1S|%E3S|%E4S|%E*S": "09|09.2|09.251|09.2515|09.2515",
    "%s.%3f": "1795507629.251",
    "%3f%%3f%%%3f": "251%3f%251",
    "[%Y] \u00e9 %%Y": "[2026] \u00c3\u00a9 %Y",
    "": "2026-11-24T08:07:09.251Z",
  };
  for (const [format, expected] of Object.entries(cases)) assert.equal(written(format, WALL_MS), expected, format);
});

Deno.test("TimeFormat leaves out all of a fraction that is zero where it may", () => {
  const cases: Readonly<Record<string, string>> = { "%E*S": "09", "%E*f": "0", "%E3S": "09.000", "%f": "000000000" };
  for (const [format, expected] of Object.entries(cases)) assert.equal(written(format, 1_795_507_629_000), expected);
});

Deno.test("TimeFormat goes with the time, within a second and from one to the next", () => {
  const time = new TimeFormat("%S.%3f", false);
  for (const [wallMs, expected] of [[1000, "01.000"], [1001, "01.001"], [2999, "02.999"], [1500, "01.500"]] as const) {
    assert.equal(written("", wallMs, time), expected);
  }
});

Deno.test("TimeFormat writes times before 1970", () => {
  assert.equal(written("", -1), "1969-12-31T23:59:59.999Z");
});

Deno.test("START_TIME is when the stream began, EMIT_TIME when the line is written", () => {
  const facts = beganFacts({ startWallMs: WALL_MS });
  const view = streamView({ facts });
  assertFormats(view, {
    "%START_TIME%": "2026-11-24T08:07:09.251Z",
    "%START_TIME(%Y/%m/%dT%H:%M:%S%z %s)%": "2026/11/24T08:07:09+0000 1795507629",
    "%EMIT_TIME%": "2026-05-04T03:02:01.019Z",
    "%EMIT_TIME(%s%3f)%": "1777863721019",
  });
  assert.equal(formattedJson({ t: "%START_TIME(%s)%" }, view), '{"t":"1795507629"}');
  const context = formatContext();
  assert.equal(formatted("%START_TIME%", view, { context }), formatted("%START_TIME(%Y-%m-%dT%H:%M:%E3SZ)%", view));
});

Deno.test("local times are those of this machine's clock", () => {
  const view = streamView({ facts: beganFacts({ startWallMs: WALL_MS }) });
  const date = new Date(WALL_MS), two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:09`;
  assert.equal(formatted("%START_TIME_LOCAL(%F %T)%", view), `${day} ${time}`);
  assert.match(formatted("%START_TIME_LOCAL%", view), new RegExp(`^${day}T${time}\\.251[+-]\\d{4}$`));
  assert.match(formatted("%EMIT_TIME_LOCAL%", view), /^2026-05-0\dT\d\d:\d\d:01\.019[+-]\d{4}$/);
});

Deno.test("certificates have their validity where there are any", () => {
  const view = streamView({ connection: connectionFacts() });
  assertFormats(view, { "%DOWNSTREAM_PEER_CERT_V_START%|%UPSTREAM_PEER_CERT_V_END(%Y)%": "-|-" });
});
