/**
 * Size costs no request: `deno run -A test/soak/many_clusters.ts [CLUSTERS] [ENDPOINTS] [REQUESTS_PER_SECOND]`.
 *
 * A light steady load runs on one static cluster while a file brings 1,000 clusters of 10 endpoints, first with the
 * endpoints in files of their own and then with endpoints in them, and takes them away again; beside it stands the same
 * load with nothing happening. Then one cluster has 10,000 endpoints, of which one changes, 20 times its weight and 20
 * times its address. Said are the processor time of main and of each worker, how long the event loop of any worker was
 * held (its own gauge), the latency of clients and the memory.
 */
import { KeepAliveLoad } from "../load/keep_alive_load.ts";
import { residentMiB } from "../support/process_memory.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { BIG_CLUSTER, ClusterFiles, type EndpointSource } from "./cluster_files.ts";
import { OriginFleet } from "./origin_fleet.ts";
import { type ThreadTimes, threadTimes, timesSince } from "./thread_time.ts";

const [clusters = 1000, endpoints = 10_000, requestsPerSecond = 400] = Deno.args.map(Number);
const CONNECTIONS = 16;
const CHANGES = 20;
/** Between two changes of the big cluster: more than the second within which changes are merged. */
const CHANGE_PERIOD_MS = 1200;
/** How long a step is watched at least, and the control. */
const STEP_MS = 8000;
const LOOK_MS = 100;
/** Until a thread that came to rest has given memory back, which is no cost of the changes that follow. */
const REST_MS = 45_000;
/** A step that takes longer has failed. */
const PATIENCE_MS = 60_000;
/** What a worker's event loop may be held for. */
const MOST_LAG_MS = 20;
/** What taking all clusters may cost a worker. */
const MOST_WORKER_MS = 500;

/** What was seen while something happened. */
interface Watched {
  readonly times: ThreadTimes;
  /** Until it was over. */
  readonly tookMs: number;
  readonly worstLagMs: number;
  readonly latenciesMs: readonly number[];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The levels of some gauges. */
async function levels(proxy: RunningProxy, pattern: string): Promise<Map<string, number>> {
  const text = await proxy.admin(`/stats?filter=${encodeURIComponent(pattern)}`);
  return new Map(
    text.trim().split("\n").map((line) => {
      const at = line.lastIndexOf(": ");
      return [line.slice(0, at), Number(line.slice(at + 2))];
    }),
  );
}

async function worstLag(proxy: RunningProxy): Promise<number> {
  return Math.max(...(await levels(proxy, "^server\\.worker_\\d+\\.loop_lag_ms$")).values());
}

async function activeClusters(proxy: RunningProxy): Promise<number> {
  return (await levels(proxy, "^cluster_manager\\.active_clusters$")).get("cluster_manager.active_clusters") ?? 0;
}

/** Watches what `begin` begins until `isOver`, and a while longer. */
async function watch(
  proxy: RunningProxy,
  port: number,
  begin: () => void,
  isOver: () => Promise<boolean>,
): Promise<Watched> {
  const load = new KeepAliveLoad(port, CONNECTIONS, requestsPerSecond);
  await pause(1000);
  load.outcome.latenciesMs.length = 0;
  const before = threadTimes(proxy.pid), startMs = performance.now();
  begin();
  let tookMs: number | null = null, worstLagMs = 0;
  while (tookMs === null || performance.now() - startMs < STEP_MS) {
    if (performance.now() - startMs > PATIENCE_MS) throw new Error(`Not over after ${PATIENCE_MS} ms\n${proxy.logs()}`);
    await pause(LOOK_MS);
    worstLagMs = Math.max(worstLagMs, await worstLag(proxy));
    if (tookMs === null && await isOver()) tookMs = performance.now() - startMs;
  }
  const times = timesSince(before, threadTimes(proxy.pid));
  const { latenciesMs } = await load.stop();
  return { times, tookMs, worstLagMs, latenciesMs };
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

async function say(proxy: RunningProxy, what: string, { times, tookMs, worstLagMs, latenciesMs }: Watched) {
  const workers = times.workersMs.map((ms) => ms.toFixed(0)).join(" + ");
  const [p50, p99, most] = [0.5, 0.99, 1].map((part) => quantile(latenciesMs, part).toFixed(1));
  console.log(
    `${what}: over after ${tookMs.toFixed(0)} ms; main ${times.mainMs.toFixed(0)} ms, workers ${workers} ms; ` +
      `worst lag ${worstLagMs} ms; clients p50 ${p50}, p99 ${p99}, most ${most} ms; ` +
      `memory ${(await residentMiB(proxy.pid)).toFixed(0)} MiB`,
  );
}

/** Whether a bound holds; says when it does not. */
function holds(what: string, found: number, most: number): boolean {
  if (found <= most) return true;
  console.log(`  ${what}: ${found.toFixed(1)} ms, wanted at most ${most} ms`);
  return false;
}

const directory = await Deno.makeTempDir({ prefix: "denvoy-scale-" });
await using fleet = await OriginFleet.start(1);
const files = new ClusterFiles(directory, fleet.ports[0]!);
await using proxy = await startProxy({ config: files.bootstrap, concurrency: 2 });
const port = Number(new URL(proxy.listenerUrl("web")).port);
let isGood = true;

const nothing = () => Promise.resolve(true);
await watch(proxy, port, () => {}, nothing);
const control = await watch(proxy, port, () => {}, nothing);
await say(proxy, "control", control);

for (const source of ["eds", "inline"] satisfies EndpointSource[]) {
  files.writeAssignments(source === "eds" ? clusters : 0);
  const arrival = await watch(
    proxy,
    port,
    () => files.writeClusters(clusters, source, false),
    async () => await activeClusters(proxy) === clusters + 1,
  );
  await say(proxy, `${clusters} clusters arrive, endpoints ${source}`, arrival);
  arrival.times.workersMs.forEach((ms, worker) => {
    const cost = ms - control.times.workersMs[worker]!;
    isGood = holds(`worker ${worker} beyond its load`, cost, MOST_WORKER_MS) && isGood;
  });
  isGood = holds("worst lag", arrival.worstLagMs, MOST_LAG_MS) && isGood;
  await say(proxy, "control with them", await watch(proxy, port, () => {}, nothing));
  const removal = await watch(
    proxy,
    port,
    () => files.writeClusters(0, source, false),
    async () => await activeClusters(proxy) === 1,
  );
  await say(proxy, "they leave", removal);
  isGood = holds("worst lag", removal.worstLagMs, MOST_LAG_MS) && isGood;
}

let weight = 1, endpointPort = 8080;
files.writeBig(endpoints, { weight, port: endpointPort });
const big = await watch(
  proxy,
  port,
  () => files.writeClusters(0, "eds", true),
  async () => await activeClusters(proxy) === 2,
);
await say(proxy, `one cluster of ${endpoints} arrives`, big);

await pause(REST_MS);
for (const what of ["weight", "address"] as const) {
  const idleMs = threadTimes(proxy.pid);
  await pause(CHANGES * CHANGE_PERIOD_MS);
  const idle = timesSince(idleMs, threadTimes(proxy.pid));
  const before = threadTimes(proxy.pid);
  for (let change = 0; change < CHANGES; change++) {
    if (what === "weight") weight = weight === 1 ? 2 : 1;
    else endpointPort++;
    files.writeBig(endpoints, { weight, port: endpointPort });
    await pause(CHANGE_PERIOD_MS);
  }
  const spent = timesSince(before, threadTimes(proxy.pid));
  const mainMs = (spent.mainMs - idle.mainMs) / CHANGES;
  const workersMs = spent.workersMs.map((ms, worker) => (ms - idle.workersMs[worker]!) / CHANGES);
  console.log(
    `${what} of one of ${endpoints}: main ${mainMs.toFixed(1)} ms, workers ` +
      `${workersMs.map((ms) => ms.toFixed(2)).join(" + ")} ms a change`,
  );
  isGood = holds("main", mainMs, 20) && holds("a worker", Math.max(...workersMs), 2) && isGood;
}
const applied = await levels(proxy, `^cluster\\.${BIG_CLUSTER}\\.update_success$`);
console.log([...applied].map(([name, value]) => `${name}: ${value}`).join("\n"));
await Deno.remove(directory, { recursive: true });
if (!isGood) Deno.exitCode = 1;
