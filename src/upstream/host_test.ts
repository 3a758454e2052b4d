import assert from "node:assert/strict";
import { assertClean, DataPath, type Peer } from "../../test/support/data_path.ts";
import { clusterUpdate } from "../../test/support/cluster_update.ts";
import { StatStore } from "../observe/stats/store.ts";
import { Host } from "./host.ts";
import type { PoolContexts } from "./pool/host_pools.ts";
import { HOSTS_PER_PAGE, SharedHosts } from "./shared_hosts.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/** What `/clusters` would show of the host. */
function shown(path: DataPath, name: string): number | undefined {
  path.stats.flushDefinitions();
  return path.book.find(`cluster.web.endpoint.127.0.0.1_8080.${name}`)?.value;
}

function ask(path: DataPath, client: Peer): void {
  client.send("GET / HTTP/1.1\r\nhost: a.test\r\n\r\n");
  path.deliver();
}

Deno.test("Host has no figures and no pools until it has a request", () => {
  const { config } = new DataPath().cluster, [plain] = clusterUpdate(config).hosts;
  const counts = new SharedHosts(1);
  counts.usePages([SharedHosts.newPage(1)]);
  let defined = 0;
  const scope = new StatStore(({ stats }) => defined += stats.length).scope("cluster.web");
  // Contexts that nobody asks anything of.
  const contexts = new Proxy({}, { get: () => assert.fail("a context was used") }) as PoolContexts;
  const hosts = Array.from({ length: 10_000 }, (_, at) => {
    const address = { kind: "ip", host: `10.1.${at >> 8}.${at & 255}`, port: 80 } as const;
    const host = { ...plain!, endpoint: { ...plain!.endpoint, address } };
    return new Host(host, scope, contexts, counts.host(at % HOSTS_PER_PAGE, 0), null, null);
  });
  assert.equal(hosts.reduce((sum, host) => sum + host.activeRequests + host.activeConnections, 0), 0);
  for (const host of hosts) host.retire();
  assert.equal(defined, 0);
});

Deno.test("Host's figures go with it, and those of the next one of its name begin anew", async () => {
  const path = new DataPath(), client = path.connect();
  assert.equal(shown(path, "rq_total"), undefined);
  ask(path, client);
  assert.deepEqual(["rq_total", "cx_active"].map((name) => shown(path, name)), [1, 1]);
  path.loop.runEvent(() => path.cluster.retire());
  assert.equal(shown(path, "rq_total"), undefined);
  const next = path.makeCluster(clusterUpdate(path.cluster.config, 2)).hosts[0]!;
  next.stats.rqTotal.inc();
  path.origin.send(OK);
  path.deliver();
  assert.match(client.take(), /^HTTP\/1\.1 200 /);
  assert.deepEqual(["rq_total", "rq_success", "cx_active"].map((name) => shown(path, name)), [1, 0, 0]);
  // Cells of the old one are free now, and are not those of the new one.
  await Promise.resolve();
  path.stats.scope("other").counter("one").add(7);
  next.stats.rqTotal.inc();
  assert.equal(shown(path, "rq_total"), 2);
  next.retire();
  assert.equal(shown(path, "rq_total"), undefined);
  assertClean(path);
});

Deno.test("Host that never had a request may be retired and aborted", () => {
  const path = new DataPath();
  path.loop.runEvent(() => {
    path.cluster.retire();
    path.cluster.abort();
  });
  assertClean(path);
});
