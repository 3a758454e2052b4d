/** Tests of the lines that ejections and returns leave in the log. */

import assert from "node:assert/strict";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import type { EjectionKind } from "../../config/outlier_config.ts";
import { type OutlierEvent, OutlierEventLog } from "./outlier_event.ts";

/** The line of an event that differs from an ejection for errors in a row. */
function lineOf(changes: Partial<OutlierEvent>): string {
  const writer = new ByteWriter();
  const log = new OutlierEventLog({ openLine: () => writer, closeLine() {} });
  log.onOutlierEvent({
    cluster: "web",
    address: { kind: "ip", host: "127.0.0.1", port: 8080 },
    wallMs: Date.UTC(2026, 10, 24, 13, 24, 8, 732),
    sinceLastActionMs: null,
    ejections: 1,
    ejection: ejection("consecutive_5xx"),
    ...changes,
  });
  return latin1Text(writer.bytes, 0, writer.length);
}

function ejection(kind: EjectionKind, isEnforced = true) {
  return { kind, isEnforced, hostSuccessRate: 66.9, clusterRates: { average: 90.5, ejectionThreshold: 52 } };
}

const HEAD =
  '"timestamp":"2026-11-24T13:24:08.732Z","cluster_name":"web","upstream_url":"127.0.0.1:8080","action":"EJECT"';

const lines: [what: string, changes: Partial<OutlierEvent>, line: string][] = [
  [
    "an ejection",
    {},
    `{"type":"CONSECUTIVE_5XX",${HEAD},"num_ejections":1,"enforced":true,"eject_consecutive_event":{}}\n`,
  ],
  [
    "an ejection that was not enforced",
    { ejection: ejection("consecutive_local_origin_failure", false), ejections: 0 },
    `{"type":"CONSECUTIVE_LOCAL_ORIGIN_FAILURE",${HEAD},"num_ejections":0,"enforced":false,"eject_consecutive_event":{}}\n`,
  ],
  [
    "an ejection by success rate",
    { ejection: ejection("local_origin_success_rate") },
    `{"type":"SUCCESS_RATE_LOCAL_ORIGIN",${HEAD},"num_ejections":1,"enforced":true,"eject_success_rate_event":` +
    '{"host_success_rate":66,"cluster_average_success_rate":90,"cluster_success_rate_ejection_threshold":52}}\n',
  ],
  [
    "an ejection by failure percentage",
    { ejection: ejection("failure_percentage") },
    `{"type":"FAILURE_PERCENTAGE",${HEAD},"num_ejections":1,"enforced":true,"eject_failure_percentage_event":` +
    '{"host_success_rate":66}}\n',
  ],
  [
    "a return",
    { ejection: null, ejections: 2, sinceLastActionMs: 30_999, wallMs: Date.UTC(2026, 10, 24, 13, 24, 9) },
    '{"type":"CONSECUTIVE_5XX","timestamp":"2026-11-24T13:24:09Z","secs_since_last_action":"30","cluster_name":"web",' +
    '"upstream_url":"127.0.0.1:8080","action":"UNEJECT","num_ejections":2,"enforced":false}\n',
  ],
  [
    "a socket of the file system",
    { address: { kind: "pipe", path: "/run/a.sock", mode: 0 } },
    `{"type":"CONSECUTIVE_5XX",${HEAD.replace("127.0.0.1:8080", "/run/a.sock")},"num_ejections":1,"enforced":true,` +
    '"eject_consecutive_event":{}}\n',
  ],
];

for (const [what, changes, line] of lines) {
  Deno.test(`OutlierEventLog writes ${what} as Envoy does`, () => assert.equal(lineOf(changes), line));
}

Deno.test("OutlierEventLog leaves an event out that the sink cannot take", () => {
  const log = new OutlierEventLog({ openLine: () => null, closeLine: () => assert.fail("no line was opened") });
  log.onOutlierEvent({
    cluster: "web",
    address: { kind: "ip", host: "127.0.0.1", port: 1 },
    wallMs: 0,
    sinceLastActionMs: null,
    ejections: 0,
    ejection: null,
  });
});
