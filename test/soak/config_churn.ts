/**
 * A change of configuration costs no request: `deno run -A test/soak/config_churn.ts [SECONDS] [REQUESTS_PER_SECOND]`.
 *
 * A steady load runs while every kind of configuration changes over and over, by files, and origins are killed and come
 * back: CDS changes `connect_timeout` 100 times, EDS the hosts 100 times, RDS the weights 100 times, LDS the filter chain 20
 * times, and of four origins two die in turn. Wanted are as many answers of 200 as there were requests, and the same
 * connections, timers, subscriptions, checks and file descriptors after it as before. `deno run … SECONDS RATE ENVOY`, with
 * the path of Envoy's program, puts Envoy through the same.
 */
import { KeepAliveLoad } from "../load/keep_alive_load.ts";
import { residentMiB } from "../support/process_memory.ts";
import { startEnvoy } from "../support/envoy.ts";
import { startProxy } from "../support/proxy.ts";
import { ChurnFiles } from "./churn_files.ts";
import { OriginFleet } from "./origin_fleet.ts";
import { leftBehind, processCounts } from "./process_counts.ts";

const [seconds = 120, requestsPerSecond = 1000] = Deno.args.map(Number);
const CONNECTIONS = 64;
/** How often each kind of file changes. */
const CHANGES = { clusters: 100, hosts: 100, routes: 100, listeners: 20 };
/** Which origins die. */
const MORTAL = [0, 1];
/** How long one is dead. */
const DEAD_MS = 5000;
/** After the load, until what was drained is gone: longer than the shortest drain and a round of checks. */
const SETTLE_MS = 12_000;
const DRAIN_SECONDS = 5;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Does `step` so many times, evenly over the time. */
async function spread(times: number, step: (i: number) => void | Promise<void>): Promise<void> {
  for (let i = 0; i < times; i++) {
    await pause(seconds * 1000 / times);
    await step(i);
  }
}

const directory = await Deno.makeTempDir({ prefix: "denvoy-soak-" });
await using fleet = await OriginFleet.start(4);
const initial = { connectTimeoutMs: 1000, ports: [...fleet.ports], weight: 50, serverName: "denvoy" };
const files = new ChurnFiles(directory, { ...initial });
const program = Deno.args[2];
const flags = ["--drain-time-s", String(DRAIN_SECONDS)];
await using proxy = program === undefined
  ? await startProxy({ config: files.bootstrap, concurrency: 2, args: flags })
  : await startEnvoy(program, files.bootstrap, flags);
const port = Number(new URL(proxy.listenerUrl("web")).port);

// Everything there is has been used once before it is counted.
await new KeepAliveLoad(port, CONNECTIONS, requestsPerSecond).stop();
const warmUp = new KeepAliveLoad(port, CONNECTIONS, requestsPerSecond);
await pause(3000);
await warmUp.stop();
await pause(SETTLE_MS);
const before = await processCounts(proxy), beforeMiB = await residentMiB(proxy.pid);

const load = new KeepAliveLoad(port, CONNECTIONS, requestsPerSecond);
const startMs = performance.now();
await Promise.all([
  spread(CHANGES.clusters, (i) => {
    files.state.connectTimeoutMs = 1000 + i + 1;
    files.writeClusters();
  }),
  spread(CHANGES.hosts, (i) => {
    files.state.ports = fleet.ports.filter((_, at) => at !== i % fleet.ports.length);
    files.writeHosts();
  }),
  spread(CHANGES.routes, (i) => {
    files.state.weight = (i * 37) % 101;
    files.writeRoutes();
  }),
  spread(CHANGES.listeners, (i) => {
    files.state.serverName = `denvoy-${i}`;
    files.writeListeners();
  }),
  spread(Math.floor(seconds * 1000 / (2 * DEAD_MS)), async (i) => {
    const victim = MORTAL[i % MORTAL.length]!;
    await fleet.kill(victim);
    await pause(DEAD_MS - 500);
    await fleet.revive(victim);
  }),
]);
const outcome = await load.stop();
const tookS = (performance.now() - startMs) / 1000;

Object.assign(files.state, initial);
for (const write of [files.writeClusters, files.writeHosts, files.writeRoutes, files.writeListeners]) write();
await pause(1000);
const closing = new KeepAliveLoad(port, CONNECTIONS, requestsPerSecond);
await pause(3000);
await closing.stop();
await pause(SETTLE_MS);
const changes = leftBehind(before, await processCounts(proxy));

const answers = [...outcome.statuses].map(([status, count]) => `${count} x ${status}`).join(", ");
const lost = [...outcome.lost].map(([what, count]) => `${count} ${what}`).join(", ");
const good = outcome.statuses.get(200) ?? 0;
console.log(`${tookS.toFixed(0)} s, ${(good / tookS).toFixed(0)} requests a second: ${answers}`);
console.log(`lost: ${lost === "" ? "none" : lost}; refused: ${outcome.refused}; told to go: ${outcome.closedPolitely}`);
for (
  const name of [
    "cluster_manager.cluster_modified",
    "cluster_manager.cds.update_success",
    "cluster.web.update_success",
    "http.web.rds.routes.config_reload",
    "listener_manager.listener_in_place_updated",
    "listener_manager.lds.update_success",
    "cluster.web.upstream_rq_retry",
    "cluster.web.upstream_rq_retry_overflow",
    "cluster.web.upstream_rq_retry_limit_exceeded",
    "cluster.web.upstream_cx_none_healthy",
  ]
) console.log(`${name}: ${await proxy.stat(name)}`);
const reasons = new Map<string, number>();
for (const line of (await Deno.readTextFile(`${directory}/failed.log`).catch(() => "")).split("\n")) {
  if (line !== "") reasons.set(line, (reasons.get(line) ?? 0) + 1);
}
for (const [reason, count] of reasons) console.log(`  ${count} x ${reason}`);
console.log(`memory: ${beforeMiB.toFixed(1)} MiB before, ${(await residentMiB(proxy.pid)).toFixed(1)} MiB after`);
console.log(changes.length === 0 ? "nothing is left behind" : `left behind:\n  ${changes.join("\n  ")}`);
const failed = [...outcome.statuses].reduce((sum, [status, count]) => status === 200 ? sum : sum + count, 0) +
  [...outcome.lost.values()].reduce((sum, count) => sum + count, 0) + outcome.refused;
console.log(`${failed} failed requests`);
await Deno.remove(directory, { recursive: true });
if (failed > 0 || changes.length > 0) Deno.exitCode = 1;
