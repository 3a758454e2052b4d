/**
 * The largest answers of the admin hold nobody up: `deno run -A test/soak/large_answers.ts [CLUSTERS]`.
 *
 * A proxy with 5,000 clusters of 10 endpoints runs in this process, so that a timer here is a timer of its main thread; curl
 * asks for each answer from a process of its own. Said are the size of each answer, the time it took, and how long the
 * event loop was held: 99 of 100 times, which must be 10 ms or less, and at the most, which is what V8 takes for a whole
 * collection of a heap of half a gigabyte.
 */
import { Loggers, LogLevel } from "../../src/base/log.ts";
import { readCommandLine } from "../../src/main/flags.ts";
import { Server } from "../../src/main/server.ts";
import { ClusterFiles } from "./cluster_files.ts";
import { OriginFleet } from "./origin_fleet.ts";

const clusters = Number(Deno.args[0] ?? 5000);
const MOST_MS = 10;
const PATHS = [
  "/config_dump?include_eds",
  "/config_dump?mask=dynamic_active_clusters",
  "/config_dump?resource=dynamic_active_clusters&mask=cluster.name",
  "/config_dump?name_regex=cluster-1.*&include_eds",
  "/clusters?format=json",
  "/clusters",
  "/stats",
  "/stats?format=json",
  "/stats/prometheus",
  "/api/v1/clusters",
];
const PATIENCE_MS = 120_000;

/** How long the event loop of this thread was held. */
interface Holds {
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** Finds out from the time between two timers of this thread. */
class LoopWatch {
  #holdsMs: number[] = [];
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const nowMs = performance.now();
    this.#holdsMs.push(nowMs - this.#lastMs - 1);
    this.#lastMs = nowMs;
  }, 1);

  /** Since it was last asked. */
  take(): Holds {
    const sorted = this.#holdsMs.sort((a, b) => a - b);
    this.#holdsMs = [];
    return { p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, mostMs: sorted.at(-1) ?? 0 };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function holdsText({ p99Ms, mostMs }: Holds): string {
  return `held ${p99Ms.toFixed(1)} ms at p99, ${mostMs.toFixed(1)} ms at the most`;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

const directory = await Deno.makeTempDir({ prefix: "denvoy-large-" });
await using fleet = await OriginFleet.start(1);
const files = new ClusterFiles(directory, fleet.ports[0]!);
files.writeClusters(clusters, "inline", false);
await Deno.writeTextFile(`${directory}/envoy.json`, files.bootstrap);
const line = readCommandLine(["-c", `${directory}/envoy.json`, "--concurrency", "1"]);
if (line.kind === "say") throw new Error(line.text);
const loggers = new Loggers(
  ({ text }) => console.error(text),
  0,
  line.options.logLevels.map(() => LogLevel.ERROR),
  false,
);
const server = new Server({
  options: line.options,
  loggers,
  writeRecords: (records) => records.forEach(({ text }) => console.error(text)),
  logLocations: false,
});
await server.start();

async function curl(path: string): Promise<{ readonly bytes: number; readonly ms: number }> {
  const args = [
    "-s",
    "-o",
    "/dev/null",
    "-w",
    "%{size_download} %{time_total}",
    `http://${server.adminAddress}${path}`,
  ];
  const { stdout } = await new Deno.Command("curl", { args, stdout: "piped" }).output();
  const [bytes, seconds] = new TextDecoder().decode(stdout).split(" ").map(Number);
  return { bytes: bytes!, ms: seconds! * 1000 };
}

const startMs = performance.now();
for (;;) {
  const text = await (await fetch(`http://${server.adminAddress}/stats?filter=cluster_manager.active_clusters`)).text();
  if (text.includes(`: ${clusters + 1}\n`)) break;
  if (performance.now() - startMs > PATIENCE_MS) throw new Error(`Clusters did not come: ${text}`);
  await pause(200);
}
await pause(3000);

const watch = new LoopWatch();
await pause(3000);
console.log(`at rest: ${holdsText(watch.take())}`);
let isGood = true;
for (const path of PATHS) {
  await curl(path);
  watch.take();
  const { bytes, ms } = await curl(path);
  const holds = watch.take();
  console.log(`${path}: ${(bytes / 1e6).toFixed(1)} MB in ${ms.toFixed(0)} ms, ${holdsText(holds)}`);
  if (holds.p99Ms > MOST_MS) isGood = false;
}
watch.stop();
await server.stop();
await Deno.remove(directory, { recursive: true });
if (!isGood) {
  console.log(`held longer than ${MOST_MS} ms`);
  Deno.exitCode = 1;
}
