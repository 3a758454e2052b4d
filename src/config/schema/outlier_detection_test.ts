/** Tests of what `outlier_detection` means, and of what is refused, through the loader. */

import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import type { ClusterConfig } from "../cluster_config.ts";
import { loadBootstrap } from "../load.ts";

const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** A cluster with these fields, flow style. */
function cluster(fields: string): ClusterConfig {
  const text = `static_resources: { clusters: [{ name: web, ${fields} }] }\n`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }).snapshot.clusters[0]!;
}

function reasonsOf(fields: string): string[] {
  try {
    cluster(fields);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ path, reason }) => `${path.replace("static_resources.clusters[0].", "")}: ${reason}`);
  }
}

Deno.test("without outlier_detection nobody looks for outliers", () => {
  assert.equal(cluster("").outlierDetection, null);
});

Deno.test("an empty outlier_detection has Envoy's defaults", () => {
  assert.deepEqual(cluster("outlier_detection: {}").outlierDetection, {
    intervalMs: 10_000,
    baseEjectionTimeMs: 30_000,
    maxEjectionTimeMs: 300_000,
    maxEjectionTimeJitterMs: 0,
    maxEjectionPercent: 10,
    alwaysEjectsOneHost: false,
    splitsOrigins: false,
    unejectsByHealthCheck: true,
    consecutive5xx: 5,
    consecutiveGatewayFailure: 5,
    consecutiveLocalOriginFailure: 5,
    successRateMinimumHosts: 5,
    successRateRequestVolume: 100,
    successRateStdevFactor: 1900,
    failurePercentageMinimumHosts: 5,
    failurePercentageRequestVolume: 50,
    failurePercentageThreshold: 85,
    enforcing: {
      consecutive_5xx: 100,
      consecutive_gateway_failure: 0,
      consecutive_local_origin_failure: 100,
      success_rate: 100,
      local_origin_success_rate: 100,
      failure_percentage: 0,
      local_origin_failure_percentage: 0,
    },
  });
});

Deno.test("every field of outlier_detection has a place of its own", () => {
  const numbers = [
    "consecutive_5xx: 1, consecutive_gateway_failure: 2, consecutive_local_origin_failure: 3",
    "interval: 4s, base_ejection_time: 5s, max_ejection_time: 6s, max_ejection_time_jitter: 7s",
    "max_ejection_percent: 8, success_rate_minimum_hosts: 9, success_rate_request_volume: 10",
    "success_rate_stdev_factor: 11, failure_percentage_minimum_hosts: 12, failure_percentage_request_volume: 13",
    "failure_percentage_threshold: 14, enforcing_consecutive_5xx: 15, enforcing_consecutive_gateway_failure: 16",
    "enforcing_consecutive_local_origin_failure: 17, enforcing_success_rate: 18",
    "enforcing_local_origin_success_rate: 19, enforcing_failure_percentage: 20",
    "enforcing_failure_percentage_local_origin: 21, always_eject_one_host: true",
    "split_external_local_origin_errors: true, successful_active_health_check_uneject_host: false",
  ];
  assert.deepEqual(cluster(`outlier_detection: { ${numbers.join(", ")} }`).outlierDetection, {
    intervalMs: 4000,
    baseEjectionTimeMs: 5000,
    maxEjectionTimeMs: 6000,
    maxEjectionTimeJitterMs: 7000,
    maxEjectionPercent: 8,
    alwaysEjectsOneHost: true,
    splitsOrigins: true,
    unejectsByHealthCheck: false,
    consecutive5xx: 1,
    consecutiveGatewayFailure: 2,
    consecutiveLocalOriginFailure: 3,
    successRateMinimumHosts: 9,
    successRateRequestVolume: 10,
    successRateStdevFactor: 11,
    failurePercentageMinimumHosts: 12,
    failurePercentageRequestVolume: 13,
    failurePercentageThreshold: 14,
    enforcing: {
      consecutive_5xx: 15,
      consecutive_gateway_failure: 16,
      consecutive_local_origin_failure: 17,
      success_rate: 18,
      local_origin_success_rate: 19,
      failure_percentage: 20,
      local_origin_failure_percentage: 21,
    },
  });
});

Deno.test("a base longer than five minutes is the longest ejection too, unless that is given", () => {
  const longest = (fields: string) => cluster(`outlier_detection: { ${fields} }`).outlierDetection!.maxEjectionTimeMs;
  assert.equal(longest("base_ejection_time: 400s"), 400_000);
  assert.equal(longest("base_ejection_time: 1s"), 300_000);
  assert.equal(longest("base_ejection_time: 400s, max_ejection_time: 400s"), 400_000);
});

const refused: [fields: string, path: string, reason: RegExp][] = [
  ["max_ejection_time: 10s", "max_ejection_time", /max_ejection_time cannot be smaller than base_ejection_time$/],
  ["max_ejection_percent: 101", "max_ejection_percent", /100/],
  ["enforcing_success_rate: 101", "enforcing_success_rate", /100/],
  ["failure_percentage_threshold: 101", "failure_percentage_threshold", /100/],
  ["interval: 0s", "interval", /0/],
  ["base_ejection_time: 0s", "base_ejection_time", /0/],
  ["detect_degraded_hosts: true", "detect_degraded_hosts", /not supported yet/],
  ["monitors: [{ name: m, typed_config: {} }]", "monitors", /not supported yet|@type/],
];

for (const [fields, path, reason] of refused) {
  Deno.test(`outlier_detection { ${fields} } is refused`, () => {
    const reasons = reasonsOf(`outlier_detection: { ${fields} }`);
    assert.equal(reasons.length, 1, reasons.join("\n"));
    assert.ok(reasons[0]!.startsWith(`outlier_detection.${path}`), reasons[0]!);
    assert.match(reasons[0]!, reason);
  });
}

Deno.test("detect_degraded_hosts: false is what happens anyway", () => {
  assert.deepEqual(reasonsOf("outlier_detection: { detect_degraded_hosts: false }"), []);
});

// ---- which answers are errors

const options = (matcher: string) =>
  `typed_extension_protocol_options: { ${HTTP_OPTIONS}: { "@type": type.googleapis.com/${HTTP_OPTIONS}, ` +
  `explicit_http_config: { http_protocol_options: {} }, outlier_detection: { ${matcher} } } }`;
const ERROR = '{ http_response_headers_match: { headers: [{ name: ":status", string_match: { exact: "404" } }] } }';
const PARSED = {
  kind: "headers",
  headers: [{
    name: ":status",
    test: { kind: "string", matcher: { kind: "exact", value: "404", ignoreCase: false } },
    invert: false,
    treatMissingAsEmpty: false,
  }],
};

const matchers: [matcher: string, parsed: unknown][] = [
  [ERROR, PARSED],
  ["{ any_match: true }", { kind: "always" }],
  [`{ not_match: ${ERROR} }`, { kind: "not", rule: PARSED }],
  [`{ or_match: { rules: [${ERROR}, { any_match: true }] } }`, { kind: "any", rules: [PARSED, { kind: "always" }] }],
  [`{ and_match: { rules: [${ERROR}, ${ERROR}] } }`, { kind: "all", rules: [PARSED, PARSED] }],
];

for (const [matcher, parsed] of matchers) {
  Deno.test(`error_matcher ${matcher} is read`, () => {
    assert.deepEqual(cluster(options(`error_matcher: ${matcher}`)).http.outlierErrors, parsed);
  });
}

Deno.test("without an error_matcher a status says whether an answer is an error", () => {
  assert.equal(cluster("").http.outlierErrors, null);
  assert.match(reasonsOf(options(""))[0]!, /error_matcher/);
});

Deno.test("an error_matcher that looks at anything but the head of a response is refused by name", () => {
  for (const name of ["http_request_headers_match", "http_response_trailers_match"]) {
    const reasons = reasonsOf(options(`error_matcher: { not_match: { ${name}: { headers: [] } } }`));
    assert.equal(reasons.length, 1);
    assert.match(reasons[0]!, new RegExp(`${name}.*not supported`));
  }
});

// ---- the log

Deno.test("the path of the event log is the bootstrap's", () => {
  const path = (text: string) => loadBootstrap({ file: { text, fileName: "test.yaml" } }).outlierLogPath;
  assert.equal(path("cluster_manager: { outlier_detection: { event_log_path: /tmp/outliers } }\n"), "/tmp/outliers");
  assert.equal(path("cluster_manager: { outlier_detection: {} }\n"), "");
  assert.equal(path("node: { id: a }\n"), "");
});
