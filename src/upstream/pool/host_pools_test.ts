/** Which pool a request is for, how many there may be, and connections that are made ahead (spec/upstream.md 10.1, 10.6, 11). */
import assert from "node:assert/strict";
import { clusterUpdate } from "../../../test/support/cluster_update.ts";
import { HealthFlag } from "../../config/host_health.ts";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../../test/support/data_path.ts";
import { LimitKind, LimitPriority } from "../shared_limits.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const OWN = "connection_pool_per_downstream_connection: true";
const limits = (fields: string) => `circuit_breakers: { thresholds: [{ ${fields} }, { priority: HIGH, ${fields} }] }`;
const ROUTES = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
  "{ match: { prefix: /high }, route: { cluster: web, priority: HIGH } }, { match: { prefix: / }, route: { cluster: web } }] }] }";

function pathWith(...clusterFields: string[]): DataPath {
  return new DataPath({ clusterFields, routes: ROUTES });
}

function ask(path: DataPath, client: Peer, target = "/"): Peer {
  client.send(`GET ${target} HTTP/1.1\r\nhost: a.test\r\n\r\n`);
  path.deliver();
  return client;
}

/** Every request that is at the origin is answered. */
function answer(path: DataPath): void {
  for (const origin of path.origins) if (origin.take() !== "") origin.send(OK);
  path.deliver();
}

const statusOf = (client: Peer) => Number(/^HTTP\/1\.1 (\d+)/.exec(client.take())?.[1] ?? 0);
const pools = (path: DataPath, priority: LimitPriority = LimitPriority.DEFAULT) =>
  path.cluster.counts.active(priority, LimitKind.POOLS);
const isOpen = (path: DataPath, priority = "default") =>
  path.gauge(`cluster.web.circuit_breakers.${priority}.cx_pool_open`);

Deno.test("a host has a pool for each priority, as long as there is something in it", () => {
  const path = pathWith(), client = path.connect();
  assert.deepEqual([pools(path), pools(path, LimitPriority.HIGH)], [0, 0]);
  for (const target of ["/", "/high", "/"]) {
    ask(path, client, target);
    answer(path);
  }
  assert.deepEqual([path.origins.length, pools(path), pools(path, LimitPriority.HIGH)], [2, 1, 1]);
  path.origins[0]!.close();
  path.deliver();
  assert.deepEqual([pools(path), pools(path, LimitPriority.HIGH)], [0, 1]);
  assertClean(path);
  assert.equal(pools(path, LimitPriority.HIGH), 0);
});

Deno.test("a pool whose last client or connection fails is forgotten", () => {
  const cases: readonly (readonly [DataPathOptions["clusterFields"] & object, (path: DataPath) => void])[] = [
    [[], (path) => path.stopOrigin()],
    [["connect_timeout: 1s"], (path) => path.silenceOrigin()],
    [[limits("max_pending_requests: 0")], () => {}],
  ];
  for (const [fields, prepare] of cases) {
    const path = pathWith(...fields), client = path.connect();
    prepare(path);
    ask(path, client);
    path.advance(1_010);
    assert.deepEqual([statusOf(client), pools(path)], [503, 0]);
    assertClean(path);
  }
});

Deno.test("more pools than may be are refused, and one that is gone makes room", () => {
  const path = pathWith(OWN, limits("max_connection_pools: 1"));
  const [first, second] = [path.connect(), path.connect()];
  ask(path, first);
  ask(path, second);
  assert.deepEqual([statusOf(second), isOpen(path), isOpen(path, "high")], [503, 1, 0]);
  assert.equal(path.counter("cluster.web.upstream_cx_pool_overflow"), 1);
  assert.equal(path.counter("cluster.web.upstream_rq_503"), 1);
  assert.equal(path.counter("cluster.web.upstream_cx_none_healthy"), 0);
  assert.equal(path.logged.at(-1), "503 UH no_healthy_upstream");
  answer(path);
  assert.equal(statusOf(first), 200);
  path.origin.close();
  path.deliver();
  assert.equal(isOpen(path), 0);
  ask(path, second);
  answer(path);
  assert.deepEqual([statusOf(second), path.origins.length], [200, 2]);
  assertClean(path);
  assert.equal(isOpen(path), 0);
});

Deno.test("a pool that nobody uses makes room for another one of its host and priority", () => {
  const path = pathWith(OWN, limits("max_connection_pools: 1"));
  const [first, second] = [path.connect(), path.connect()];
  ask(path, first);
  answer(path);
  ask(path, second);
  answer(path);
  assert.deepEqual([statusOf(first), statusOf(second)], [200, 200]);
  assert.deepEqual(path.origins.map(({ closed, hasEnded }) => closed !== null || hasEnded), [true, false]);
  ask(path, first, "/high");
  answer(path);
  assert.deepEqual([statusOf(first), pools(path), pools(path, LimitPriority.HIGH)], [200, 1, 1]);
  assert.equal(path.counter("cluster.web.upstream_cx_pool_overflow"), 0);
  assertClean(path);
});

/** A path to two hosts, whose cluster may have one pool. */
function twoHosts(routes?: string): { path: DataPath; peers: () => Peer[] } {
  const { endpoints: [endpoint], policy } = new DataPath().cluster.config.assignment;
  const endpoints = [1, 2].map((port) => ({ ...endpoint!, address: { kind: "ip", host: "127.0.0.1", port } as const }));
  const path = new DataPath({
    clusterFields: [limits("max_connection_pools: 1")],
    cluster: { assignment: { endpoints, policy } },
    otherClusters: { one: 1, two: 2 },
    ...routes === undefined ? {} : { routes },
  });
  return { path, peers: () => [...path.peersOf.values()].flat() };
}

Deno.test("a pool of another host makes no room", () => {
  const { path, peers } = twoHosts(), client = path.connect();
  const statuses = Array.from({ length: 4 }, () => {
    ask(path, client);
    for (const peer of peers()) if (peer.take() !== "") peer.send(OK);
    path.deliver();
    return statusOf(client);
  });
  assert.deepEqual(statuses, [200, 503, 200, 503]);
  assertClean(path);
});

Deno.test("a retry for which there may be no pool has no host", () => {
  const policy = "retry_policy: { retry_on: 5xx }", action = `{ cluster: web, ${policy} }`;
  const { path, peers } = twoHosts(
    `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: ${action} }] }] }`,
  );
  const client = path.connect();
  ask(path, client);
  peers()[0]!.send("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n");
  path.deliver();
  path.advance(100);
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*no healthy upstream$/);
  assert.equal(path.logged.at(-1), "503 UH no_healthy_upstream");
  assert.equal(path.cluster.counts.active(LimitPriority.DEFAULT, LimitKind.RETRIES), 0);
  assertClean(path);
});

Deno.test("connections are a downstream connection's own where the cluster says so", () => {
  const path = pathWith(OWN), [first, second] = [path.connect(), path.connect()];
  for (const client of [first, second, first, second]) {
    ask(path, client);
    answer(path);
    assert.equal(statusOf(client), 200);
  }
  assert.deepEqual([path.origins.length, pools(path)], [2, 2]);
  path.loop.runEvent(() => path.cluster.retire());
  path.deliver();
  assert.equal(pools(path), 0);
  assertClean(path);
});

Deno.test("runtime limits pools", () => {
  const runtime = { "circuit_breakers.web.default.max_connection_pools": 0 };
  const path = new DataPath({ routes: ROUTES, runtime }), client = path.connect();
  ask(path, client);
  ask(path, client, "/high");
  answer(path);
  assert.match(client.take(), /^HTTP\/1\.1 503 [^]*HTTP\/1\.1 200 /);
  assertClean(path);
});

Deno.test("a host's limit of connections is its own, but for the first of a pool", () => {
  const path = pathWith("circuit_breakers: { per_host_thresholds: [{ max_connections: 1 }] }");
  const clients = [path.connect(), path.connect(), path.connect()];
  ask(path, clients[0]!);
  ask(path, clients[1]!);
  assert.deepEqual([path.origins.length, path.counter("cluster.web.upstream_cx_overflow")], [1, 1]);
  assert.equal(path.gauge("cluster.web.circuit_breakers.default.cx_open"), 0);
  ask(path, clients[2]!, "/high");
  assert.equal(path.origins.length, 2);
  answer(path);
  answer(path);
  assert.deepEqual(clients.map(statusOf), [200, 200, 200]);
  assertClean(path);
});

Deno.test("connections are made ahead, for requests that wait and those under way", () => {
  const path = pathWith("preconnect_policy: { per_upstream_preconnect_ratio: 1.5 }");
  const clients = Array.from({ length: 4 }, () => path.connect());
  const connections = clients.map((client) => {
    ask(path, client);
    return path.origins.length;
  });
  assert.deepEqual(connections, [2, 3, 5, 6]);
  answer(path);
  assert.deepEqual(clients.map(statusOf), [200, 200, 200, 200]);
  ask(path, clients[0]!);
  assert.equal(path.origins.length, 6);
  assertClean(path);
});

Deno.test("nothing is made ahead for a host that is not healthy, or is gone", () => {
  const path = pathWith("preconnect_policy: { per_upstream_preconnect_ratio: 3 }"), host = path.cluster.hosts[0]!;
  const [config] = clusterUpdate(path.cluster.config).hosts;
  host.update({ ...config!, flags: HealthFlag.FAILED_EDS_HEALTH });
  const client = ask(path, path.connect());
  assert.equal(path.origins.length, 1);
  host.update(config!);
  path.loop.runEvent(() => host.retire());
  answer(path);
  assert.deepEqual([statusOf(client), path.origins.length], [200, 1]);
  assertClean(path);
});

Deno.test("a connection made ahead that fails is not tried again until it is wanted", () => {
  const path = pathWith("preconnect_policy: { per_upstream_preconnect_ratio: 2 }"), client = path.connect();
  ask(path, client);
  path.stopOrigin();
  path.origins[1]!.close();
  path.deliver();
  assert.equal(path.counter("cluster.web.upstream_cx_connect_fail"), 1);
  answer(path);
  assert.equal(statusOf(client), 200);
  assertClean(path);
});
