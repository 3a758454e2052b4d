/** Tests of how the outcomes of tries count, and of when a row of failures is reported. */

import assert from "node:assert/strict";
import type { ErrorMatcherConfig } from "../config/outlier_config.ts";
import { outlierDetectionSchema } from "../config/schema/outlier_detection.ts";
import { ResponseHead } from "../http/response_head.ts";
import { compileErrorPredicate } from "../match/error_predicate.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import { OutlierCounter, OutlierRules } from "./outlier_counter.ts";
import { Origin, RowKind, SharedHosts } from "./shared_hosts.ts";

const { ERRORS, GATEWAY_FAILURES, LOCAL_FAILURES } = RowKind;
const HOST = 41;

interface Options {
  /** Fields of `outlier_detection`, in its own words. */
  readonly detection?: Readonly<Record<string, unknown>>;
  readonly errors?: ErrorMatcherConfig;
  readonly runtime?: RuntimeValues;
}

/** A host of a cluster, seen by one worker; what it reports is in `reports`. */
function host({ detection = {}, errors, runtime = new RuntimeValues() }: Options = {}) {
  const hosts = new SharedHosts(2), reports: RowKind[] = [];
  hosts.usePages([SharedHosts.newPage(2)]);
  const config = outlierDetectionSchema.parse({
    consecutive_5xx: 2,
    consecutive_gateway_failure: 2,
    consecutive_local_origin_failure: 2,
    ...detection,
  });
  const rules = new OutlierRules(
    config,
    errors === undefined ? null : compileErrorPredicate(errors),
    runtime,
    (hostId, row) => {
      assert.equal(hostId, HOST);
      reports.push(row);
    },
  );
  const [counts, others] = [hosts.host(9, 0), hosts.host(9, 1)];
  const answer = (counter: OutlierCounter, status: number, grpcStatus?: string) => {
    const head = new ResponseHead();
    head.status = status;
    if (grpcStatus !== undefined) head.headers.addName("grpc-status", grpcStatus);
    counter.onAnswer(head, grpcStatus !== undefined);
  };
  const totals = () =>
    [Origin.EXTERNAL, Origin.LOCAL].map((origin) => [counts.successes(origin), counts.total(origin)]);
  return {
    counter: new OutlierCounter(rules, HOST, counts),
    elsewhere: new OutlierCounter(rules, HOST, others),
    counts,
    reports,
    answer,
    totals,
  };
}

const rows: [what: string, statuses: number[], reports: RowKind[]][] = [
  ["errors in a row", [500, 505], [ERRORS]],
  ["a row that a success breaks", [500, 200, 500], []],
  ["any status but 5xx is a success", [500, 404, 500, 302, 500, 799, 500], []],
  ["gateway failures are errors too", [502, 504], [GATEWAY_FAILURES, ERRORS]],
  ["an error of another kind ends the row of gateway failures", [503, 500, 503], [ERRORS]],
  ["a longer row is reported once, until main starts it anew", [500, 500, 500, 500], [ERRORS]],
];

for (const [what, statuses, expected] of rows) {
  Deno.test(`onAnswer() reports ${what}`, () => {
    const { counter, answer, reports } = host();
    for (const status of statuses) answer(counter, status);
    assert.deepEqual(reports, expected);
  });
}

Deno.test("a row is of all workers, and reported by one of them", () => {
  const { counter, elsewhere, answer, reports } = host({ detection: { consecutive_5xx: 3 } });
  answer(counter, 500);
  answer(elsewhere, 500);
  answer(counter, 500);
  answer(elsewhere, 500);
  assert.deepEqual(reports, [ERRORS]);
  answer(elsewhere, 200);
  answer(counter, 500);
  answer(elsewhere, 500);
  assert.deepEqual(reports, [ERRORS]);
});

Deno.test("a threshold of 0 is never reached", () => {
  const { counter, answer, reports } = host({ detection: { consecutive_5xx: 0, consecutive_gateway_failure: 0 } });
  for (let i = 0; i < 10; i++) answer(counter, 503);
  assert.deepEqual(reports, []);
});

Deno.test("runtime's thresholds go before the configuration's, from the next failure on", () => {
  const runtime = new RuntimeValues({ "outlier_detection.consecutive_5xx": 3 });
  const { counter, answer, reports } = host({ runtime });
  answer(counter, 500);
  answer(counter, 500);
  assert.deepEqual(reports, []);
  runtime.replace({
    "outlier_detection.consecutive_5xx": 3,
    "outlier_detection.consecutive_gateway_failure": 1,
  });
  answer(counter, 503);
  assert.deepEqual(reports, [GATEWAY_FAILURES, ERRORS]);
});

const grpc: [status: string, reports: RowKind[]][] = [
  ["0", []],
  ["1", []],
  ["2", [ERRORS]],
  ["4", [GATEWAY_FAILURES, ERRORS]],
  ["5", []],
  ["8", []],
  ["12", [ERRORS]],
  ["13", [ERRORS]],
  ["14", [GATEWAY_FAILURES, ERRORS]],
  ["16", []],
  ["99", [ERRORS]],
  ["x", [ERRORS]],
];

for (const [status, expected] of grpc) {
  Deno.test(`onAnswer() counts the grpc-status ${status} of a head as its HTTP status`, () => {
    const { counter, answer, reports } = host({ detection: { consecutive_5xx: 1, consecutive_gateway_failure: 1 } });
    answer(counter, 200, status);
    assert.deepEqual(reports, expected);
  });
}

Deno.test("without split every outcome counts as a status", () => {
  const { counter, reports, totals } = host();
  counter.onConnected();
  assert.deepEqual(totals(), [[0, 0], [0, 0]]);
  counter.onFailure();
  counter.onTimeout(504);
  assert.deepEqual(reports, [GATEWAY_FAILURES, ERRORS]);
  counter.onTimeout(204);
  counter.onConnectedOnly();
  assert.deepEqual(totals(), [[2, 4], [0, 0]]);
});

Deno.test("with split the host's answers and what happens here count apart", () => {
  const { counter, answer, reports, totals } = host({ detection: { split_external_local_origin_errors: true } });
  counter.onConnected();
  counter.onFailure();
  answer(counter, 503);
  counter.onTimeout(504);
  assert.deepEqual(reports, [LOCAL_FAILURES]);
  answer(counter, 503);
  assert.deepEqual(reports, [LOCAL_FAILURES, GATEWAY_FAILURES, ERRORS]);
  counter.onConnectedOnly();
  assert.deepEqual(totals(), [[0, 2], [2, 4]]);
  counter.onFailure();
  assert.equal(reports.length, 3);
});

const status = (value: string): ErrorMatcherConfig => ({
  kind: "headers",
  headers: [{
    name: ":status",
    test: { kind: "string", matcher: { kind: "prefix", value, ignoreCase: false } },
    invert: false,
    treatMissingAsEmpty: false,
  }],
});

const matched: [what: string, errors: ErrorMatcherConfig, statuses: number[], reports: RowKind[]][] = [
  ["what matches is an error like 500", status("404"), [404, 404], [ERRORS]],
  ["what does not match is a success, whatever its status", status("404"), [404, 503, 404, 500], []],
  ["a 5xx that matches stays what it is", status("5"), [503, 502], [GATEWAY_FAILURES, ERRORS]],
  ["everything", { kind: "always" }, [200, 204], [ERRORS]],
  ["all but", { kind: "not", rule: status("2") }, [404, 302], [ERRORS]],
  ["one of", { kind: "any", rules: [status("404"), status("409")] }, [404, 409], [ERRORS]],
  ["all of", { kind: "all", rules: [status("4"), status("409")] }, [404, 409, 404, 409], []],
];

for (const [what, errors, statuses, expected] of matched) {
  Deno.test(`onAnswer() with a matcher of errors: ${what}`, () => {
    const { counter, answer, reports } = host({ errors });
    for (const one of statuses) answer(counter, one);
    assert.deepEqual(reports, expected);
  });
}

Deno.test("a grpc-status goes before a matcher of errors", () => {
  const { counter, answer, reports } = host({ errors: status("200") });
  answer(counter, 200, "0");
  answer(counter, 200, "0");
  assert.deepEqual(reports, []);
});
