/** How connections of a host end: with the host, with its health, and one by one (spec/upstream.md 10.5). */
import assert from "node:assert/strict";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../../test/support/data_path.ts";
import { begin, CONNECT, ENDING, isGone, TunnelPath } from "../../../test/support/tunnel_path.ts";
import type { Host } from "../host.ts";

const GET = "GET /a HTTP/1.1\r\nhost: a.test\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const TCP_OPTIONS = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";

const hostOf = (path: DataPath) => path.cluster.hosts[0]!;

/** Something happens to the host. */
function happen(path: DataPath, what: (host: Host) => void): void {
  path.loop.runEvent(() => what(hostOf(path)));
  path.deliver();
}

/** A client sends a request, which comes to the origin unless it has to wait. */
function ask(path: DataPath, client: Peer = path.connect()): Peer {
  client.send(GET);
  path.deliver();
  return client;
}

function answer(path: DataPath, origin: Peer): void {
  origin.send(OK);
  path.deliver();
}

const statusOf = (client: Peer) => Number(/^HTTP\/1\.1 (\d+)/.exec(client.received)?.[1] ?? 0);

/** A path with one idle connection to the origin and one that has a request. */
function stage(options: DataPathOptions = {}): { path: DataPath; idle: Peer; busy: Peer; client: Peer } {
  const path = new DataPath(options), [first, second] = [path.connect(), path.connect()];
  ask(path, first);
  ask(path, second);
  const [idle, busy] = path.origins as [Peer, Peer];
  answer(path, idle);
  return { path, idle, busy, client: second };
}

const destroyed = (path: DataPath) =>
  ["", "_local", "_remote", "_with_active_rq"].map((suffix) =>
    path.counter(`cluster.web.upstream_cx_destroy${suffix}`)
  );

Deno.test("a host that is gone closes idle connections now and busy ones after their exchange", () => {
  const { path, idle, busy, client } = stage();
  happen(path, (host) => host.retire());
  assert.deepEqual([isGone(idle), isGone(busy)], [true, false]);
  answer(path, busy);
  assert.deepEqual([statusOf(client), isGone(busy)], [200, true]);
  assert.deepEqual(destroyed(path), [2, 2, 0, 0]);
  assertClean(path);
});

Deno.test("a host that is gone serves who waits for its connection", () => {
  const path = new DataPath({ clusterFields: ["circuit_breakers: { thresholds: [{ max_connections: 1 }] }"] });
  const first = ask(path), second = ask(path);
  happen(path, (host) => host.retire());
  answer(path, path.origin);
  assert.equal(statusOf(first), 200);
  answer(path, path.origin);
  assert.equal(statusOf(second), 200);
  assert.deepEqual([path.origins.length, isGone(path.origin)], [1, true]);
  assertClean(path);
});

Deno.test("connections of a host that are drained end as well, and new requests get new ones", () => {
  for (const drain of [(host: Host) => host.drainConnections(), (host: Host) => host.onHealthFailure()]) {
    const { path, idle, busy, client } = stage();
    happen(path, drain);
    assert.deepEqual([isGone(idle), isGone(busy)], [true, false]);
    const later = ask(path);
    assert.equal(path.origins.length, 3);
    answer(path, path.origin);
    answer(path, busy);
    assert.deepEqual([statusOf(client), statusOf(later), isGone(busy), isGone(path.origin)], [200, 200, true, false]);
    ask(path, later);
    assert.equal(path.origins.length, 3);
    assertClean(path);
  }
});

Deno.test("a drained host keeps the connection that somebody waits for", () => {
  const path = new DataPath(), client = path.connect();
  path.silenceOrigin();
  ask(path, client);
  happen(path, (host) => host.drainConnections());
  path.silenceOrigin(false);
  path.deliver();
  answer(path, path.origin);
  assert.equal(statusOf(client), 200);
  ask(path, client);
  assert.equal(path.origins.length, 1);
  assertClean(path);
});

Deno.test("a connection that nobody waits for any more is given up when its host is drained or gone", () => {
  for (const end of [(host: Host) => host.drainConnections(), (host: Host) => host.retire()]) {
    const path = new DataPath(), client = path.connect();
    path.silenceOrigin();
    ask(path, client);
    client.close("abort");
    path.deliver();
    assert.equal(path.gauge("cluster.web.upstream_cx_active"), 1);
    happen(path, end);
    assert.equal(path.gauge("cluster.web.upstream_cx_active"), 0);
    assert.equal(path.counter("cluster.web.upstream_cx_connect_fail"), 1);
    assert.deepEqual(destroyed(path), [1, 1, 0, 0]);
    path.silenceOrigin(false);
    path.deliver();
    assert.equal(path.origins.length, 0);
    assert.equal(path.loop.timers.armedCount, path.managers.size);
    assertClean(path);
  }
});

Deno.test("tunnels of a host that turns unhealthy live on, unless the cluster says otherwise", () => {
  for (const isCut of [false, true]) {
    const path = new TunnelPath(ENDING, {
      clusterFields: isCut ? ["close_connections_on_host_health_failure: true"] : [],
    });
    const client = begin(path, CONNECT, "");
    happen(path, (host) => host.onHealthFailure());
    // Past the delayed close.
    path.advance(1_010);
    assert.deepEqual([isGone(path.origin), isGone(client)], [isCut, isCut]);
    if (!isCut) {
      client.send("more");
      path.deliver();
      assert.equal(path.origin.take(), "more");
    }
    assert.deepEqual(
      path.lines,
      isCut ? ["200 UC upstream_reset_after_response_started{connection_termination} 0 0"] : [],
    );
    assertClean(path);
  }
});

Deno.test("who waits for a raw connection hears that it is cut", () => {
  const path = new TunnelPath(ENDING, { clusterFields: ["close_connections_on_host_health_failure: true"] });
  path.silenceOrigin();
  const client = path.connect();
  client.send(CONNECT);
  path.deliver();
  happen(path, (host) => host.onHealthFailure());
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*reset reason: local connection failure$/);
  assertClean(path);
});

Deno.test("a raw connection that nobody has closes after the idle time of TCP", () => {
  const options = `${TCP_OPTIONS}: { "@type": type.googleapis.com/${TCP_OPTIONS}, idle_timeout: 7s }`;
  const cases: readonly (readonly [fields: string[], ms: number | null])[] = [
    [[], 600_000],
    [[`typed_extension_protocol_options: { ${options} }`], 7_000],
    [[`typed_extension_protocol_options: { ${options.replace("7s", "0s")} }`], null],
    [["common_http_protocol_options: { idle_timeout: 1s }"], 600_000],
  ];
  for (const [clusterFields, ms] of cases) {
    const path = new TunnelPath(ENDING, {
      clusterFields,
      routerFields: ["reject_connect_request_early_data: true"],
      hcm: { streamIdleTimeoutMs: 0, idleTimeoutMs: 0 },
    });
    const hasty = path.connect();
    hasty.send(`${CONNECT}early`);
    path.deliver();
    path.advance((ms ?? 3_600_000) - 1);
    assert.equal(isGone(path.origin), false);
    path.advance(20);
    assert.equal(isGone(path.origin), ms !== null);
    assert.equal(path.counter("cluster.web.upstream_cx_idle_timeout"), ms === null ? 0 : 1);
    assertClean(path);
  }
});

Deno.test("a worker that stops leaves nothing of a host", () => {
  const { path, busy } = stage();
  path.silenceOrigin();
  ask(path);
  happen(path, (host) => host.abort());
  assert.deepEqual([isGone(busy), path.gauge("cluster.web.upstream_cx_active")], [true, 0]);
  assert.equal(path.gauge("cluster.web.upstream_rq_pending_active"), 0);
  assertClean(path);
});
