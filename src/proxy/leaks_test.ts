/** Ten thousand requests of every kind, good and bad, and then nothing: what a worker holds after its traffic has gone. */
import assert from "node:assert/strict";
import { DataPath, type DataPathOptions } from "../../test/support/data_path.ts";
import { MixedTraffic } from "../../test/support/mixed_traffic.ts";
import { MOODY_FILTER, moodyFilter } from "../../test/support/moody_filter.ts";
import { Random } from "../base/random.ts";

const ROUTES = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [${
  [
    "{ match: { prefix: /o }, route: { cluster: web, timeout: 1s } }",
    "{ match: { prefix: /slow }, route: { cluster: web, timeout: 0s } }",
    "{ match: { prefix: /ws }, route: { cluster: web, timeout: 1s, upgrade_configs: [{ upgrade_type: websocket }] } }",
    "{ match: { connect_matcher: {} }, route: { cluster: web, upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }] } }",
    '{ match: { prefix: /direct }, direct_response: { status: 200, body: { inline_string: "hi" } } }',
  ].join(", ")
}] }] }`;

/** Every timer a connection or a stream has, short enough to fire often. */
const MANAGER_FIELDS: readonly string[] = [
  "common_http_protocol_options: {idle_timeout: 3s, max_connection_duration: 20s, max_connection_duration_jitter: {value: 50}, max_requests_per_connection: 30}",
  "request_headers_timeout: 0.5s",
  "request_timeout: 1.5s",
  "stream_idle_timeout: 2s",
  "drain_timeout: 0.5s",
  "delayed_close_timeout: 0.3s",
];

const CLUSTER_FIELDS: readonly string[] = [
  "connect_timeout: 0.4s",
  "common_http_protocol_options: {idle_timeout: 2s, max_connection_duration: 10s, max_requests_per_connection: 20}",
  "circuit_breakers: {thresholds: [{max_connections: 12, max_pending_requests: 5}]}",
];

/** What must have happened for the run to say anything: log lines as patterns. */
const MUST_HAPPEN: readonly RegExp[] = [
  /^200 - via_upstream$/,
  /^204 - via_upstream$/,
  /^304 - via_upstream$/,
  /^200 - direct_response$/,
  /^404 NR route_not_found$/,
  /^400 DPE http1\.codec_error$/,
  /^400 - missing_host_header$/,
  /^426 DPE low_version$/,
  /^431 DPE http1\.headers_too_large$/,
  /^403 - upgrade_failed$/,
  /^101 DC downstream_remote_disconnect$/,
  /^101 UC upstream_reset_after_response_started\{connection_termination\}$/,
  /^101 SI stream_idle_timeout$/,
  /^408 - request_header_timeout$/,
  /^408 - request_overall_timeout$/,
  /^504 SI stream_idle_timeout$/,
  /^200 SI stream_idle_timeout$/,
  /^504 UT response_timeout$/,
  /^200 UT response_timeout$/,
  /^503 UF upstream_reset_before_response_started\{remote_connection_failure\|/,
  /^503 UF upstream_reset_before_response_started\{connection_timeout\}$/,
  /^503 UC upstream_reset_before_response_started\{connection_termination\}$/,
  /^503 UO upstream_reset_before_response_started\{overflow\}$/,
  /^502 UPE upstream_reset_before_response_started\{protocol_error\}$/,
  /^200 UPE upstream_reset_after_response_started\{protocol_error\}$/,
  /^0 DC downstream_remote_disconnect$/,
  /^200 DC downstream_remote_disconnect$/,
  /^503 OM overload$/,
  /^0 DPE codec_error:Too_many_responses_queued\.$/,
];

const RUNS: readonly (DataPathOptions & { readonly seed: number; readonly streams: number })[] = [
  { seed: 1, streams: 10_000 },
  { seed: 2, streams: 1500, pieceBytes: 700, windowBytes: 8192 },
  { seed: 3, streams: 300, pieceBytes: 40, windowBytes: 2048 },
  { seed: 4, streams: 3000, filters: [MOODY_FILTER, MOODY_FILTER], definitions: [moodyFilter(new Random(5))] },
];

for (const { seed, streams, ...wire } of RUNS) {
  const feeding = wire.pieceBytes === undefined ? "" : `, in pieces of ${wire.pieceBytes}`;
  const filtering = wire.filters === undefined ? "" : ", through filters that hold and answer";
  Deno.test(`nothing is left of ${streams} mixed requests${feeding}${filtering}`, () => {
    const path = new DataPath({
      ...wire,
      managerFields: MANAGER_FIELDS,
      clusterFields: CLUSTER_FIELDS,
      routes: ROUTES,
    });
    path.overload.stopAcceptingRequests = path.overload.disableKeepalive = 0.02;
    const traffic = new MixedTraffic(path, new Random(seed));
    traffic.run(streams, 24);
    assert.ok(path.loop.timers.armedCount > 0 && path.managers.size > 0 && path.loop.blocks.onLoan > 0);
    traffic.leave();
    assert.deepEqual(path.bugs, []);
    const left = {
      connections: path.managers.size,
      streams: path.gauge("http.ingress.downstream_rq_active"),
      tunnels: path.gauge("http.ingress.downstream_cx_upgrades_active"),
      upstreamConnections: path.gauge("cluster.web.upstream_cx_active"),
      upstreamRequests: path.gauge("cluster.web.upstream_rq_active"),
      waitingRequests: path.gauge("cluster.web.upstream_rq_pending_active"),
      timers: path.loop.timers.armedCount,
      blocks: path.loop.blocks.onLoan,
      pairs: path.network.pairs.length,
    };
    assert.deepEqual(left, Object.fromEntries(Object.keys(left).map((what) => [what, 0])));
    const downstream = (name: string) => path.counter(`http.ingress.downstream_${name}`);
    assert.equal(downstream("rq_total"), path.logged.length, "each request was logged once");
    assert.equal(downstream("cx_total"), downstream("cx_destroy"));
    assert.equal(downstream("cx_destroy_local") + downstream("cx_destroy_remote"), downstream("cx_destroy"));
    assert.equal(path.logged.includes("429 - moody"), wire.filters !== undefined);
    for (const pattern of streams < 10_000 ? [] : MUST_HAPPEN) {
      assert.ok(path.logged.some((line) => pattern.test(line)), `${pattern} never happened`);
    }
  });
}
