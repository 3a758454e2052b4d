/**
 * What a slow loris costs: `deno run -A test/load/slow_loris.ts [CONNECTIONS] [ROUNDS]`.
 *
 * A thousand clients send one byte of a request's head a second, beside a steady load of keep-alive connections, until
 * `request_headers_timeout` ends them after 30 s. The load is measured in windows of 6 s: while a herd is between 3
 * and 28 s old, and as often without one, half of that before the herd and half after it:
 *
 * ```
 *   alone  alone  [herd: beside beside beside beside]  alone alone alone alone  [herd: beside ...]  ...  alone alone
 * ```
 *
 * A control window has no herd at all. One that is there and silent would not do: the proxy puts the reading of a slow head
 * off, and a window that pays for what the one before it put off is no control.
 *
 * Printed are the load's throughput with and without, what a loris's byte costs when nothing else happens (in the second
 * and third second of a head), when each loris was told 408 and when it was closed, both counted from its first byte, and
 * what the process held. The proxy has one core to itself where `taskset` is there, so that what the lorises cost
 * themselves is not its loss; the load is `wrk` where that is there. On a machine that others use too the throughputs say
 * little; the CPU per request then says more.
 */
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { cpuMicroseconds } from "../bench/proxy/process_figures.ts";
import { runLoad } from "../bench/proxy/load.ts";
import { findProgram } from "../support/programs.ts";
import { residentMiB } from "../support/process_memory.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { KeepAliveLoad } from "./keep_alive_load.ts";
import { LorisHerd } from "./loris_herd.ts";

const [connections = 1000, rounds = 3] = Deno.args.map(Number);

/** `request_headers_timeout`. */
const DEADLINE_MS = 30_000;
/** `delayed_close_timeout`: a loris does not close first. */
const CLOSE_MS = 500;
/** Of one window of the load, and how many of them a herd sees one after the other. */
const LOAD_SECONDS = 6, WINDOWS = 4;
/** How old a herd is when the first begins, and when the last must have ended. */
const FIRST_WINDOW_MS = 3000, LAST_WINDOW_MS = 28_000;
const LOAD_CONNECTIONS = 64;
/** The proxy's, and that of all else: of the lorises, which live in this process, and of the load. */
const PROXY_CORE = "0", LOAD_CORE = "1";
/** What is wanted. */
const LEAST_RATIO = 0.97, MOST_LATE_MS = 1000;

interface Load {
  readonly requestsPerSecond: number;
  readonly cpuMicrosecondsPerRequest: number;
}

async function measure(proxy: RunningProxy): Promise<Load> {
  const url = `${proxy.listenerUrl("web")}/`, cpuBefore = cpuMicroseconds(proxy.pid);
  const requests = hasWrk ? await wrkRequests(url) : await ownRequests(url);
  return {
    requestsPerSecond: requests / LOAD_SECONDS,
    cpuMicrosecondsPerRequest: (cpuMicroseconds(proxy.pid) - cpuBefore) / requests,
  };
}

/** Windows one after the other. */
async function measureAll(proxy: RunningProxy, windows: number): Promise<Load[]> {
  const loads: Load[] = [];
  for (let i = 0; i < windows; i++) loads.push(await measure(proxy));
  return loads;
}

async function wrkRequests(url: string): Promise<number> {
  const { requests, errors } = await runLoad({ url, seconds: LOAD_SECONDS, connections: LOAD_CONNECTIONS });
  if (errors.length > 0) throw new Error(`The load went wrong: ${errors.join("; ")}`);
  return requests;
}

async function ownRequests(url: string): Promise<number> {
  const load = new KeepAliveLoad(Number(new URL(url).port), LOAD_CONNECTIONS);
  await pause(LOAD_SECONDS * 1000);
  const { statuses, lost, refused } = await load.stop();
  if (lost.size + refused > 0 || statuses.size !== 1) throw new Error("The load went wrong: not all was answered 200");
  return statuses.get(200)!;
}

function textOf({ requestsPerSecond, cpuMicrosecondsPerRequest }: Load): string {
  return `${Math.round(requestsPerSecond)} requests a second at ${cpuMicrosecondsPerRequest.toFixed(1)} µs of CPU`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What one byte of a loris costs the proxy in µs of CPU, while there is nothing but lorises, in so much time. */
async function measureByte(proxy: RunningProxy, herd: LorisHerd, ms: number): Promise<number> {
  const cpuBefore = cpuMicroseconds(proxy.pid), sentBefore = herd.sentBytes;
  await pause(ms);
  return (cpuMicroseconds(proxy.pid) - cpuBefore) / (herd.sentBytes - sentBefore);
}

/** What windows come to: the mean of each figure. */
function meanOf(loads: readonly Load[]): Load {
  const mean = (figure: keyof Load) => loads.reduce((sum, load) => sum + load[figure], 0) / loads.length;
  return { requestsPerSecond: mean("requestsPerSecond"), cpuMicrosecondsPerRequest: mean("cpuMicrosecondsPerRequest") };
}

/** The middle one. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

const hasTaskset = findProgram("taskset") !== null;
const hasWrk = hasTaskset && findProgram("wrk") !== null;
await using proxy = await startProxy({
  config: bootstrap({
    managerFields: [`request_headers_timeout: ${DEADLINE_MS / 1000}s`, `delayed_close_timeout: ${CLOSE_MS / 1000}s`],
    routes: [directRoute("/", "hello")],
  }),
});
if (hasTaskset) {
  for (const [core, pid] of [[PROXY_CORE, proxy.pid], [LOAD_CORE, Deno.pid]] as const) {
    await new Deno.Command("taskset", { args: ["-a", "-p", "-c", core, String(pid)], stdout: "null" }).output();
  }
}
await measure(proxy);
const restingMiB = await residentMiB(proxy.pid);

const rates: number[] = [], cpuRates: number[] = [];
const answersMs: number[] = [], endsMs: number[] = [], held: number[] = [], byteCosts: number[] = [];
const wrong = new Map<string, number>();
let before = await measureAll(proxy, WINDOWS / 2);
for (let round = 1; round <= rounds; round++) {
  const herd = new LorisHerd(proxy.listenerUrl("web"), connections);
  await herd.begin();
  byteCosts.push(await measureByte(proxy, herd, FIRST_WINDOW_MS - herd.ageMs));
  const besideMiB = await residentMiB(proxy.pid);
  const besides = await measureAll(proxy, WINDOWS);
  if (herd.ageMs > LAST_WINDOW_MS) throw new Error(`The windows took too long: ${herd.ageMs} ms`);
  held.push(besideMiB - restingMiB);
  for (const { answer, answeredMs, endedMs } of await herd.untilOver(DEADLINE_MS + 5000)) {
    answersMs.push(answeredMs - DEADLINE_MS);
    endsMs.push(endedMs - DEADLINE_MS);
    if (!/^HTTP\/1\.1 408 [^]*\r\n\r\nrequest header timeout$/.test(answer)) {
      wrong.set(answer.slice(0, 40), (wrong.get(answer.slice(0, 40)) ?? 0) + 1);
    }
  }
  const after = await measureAll(proxy, WINDOWS / 2);
  const alone = meanOf([...before, ...after]), beside = meanOf(besides);
  rates.push(beside.requestsPerSecond / alone.requestsPerSecond);
  cpuRates.push(alone.cpuMicrosecondsPerRequest / beside.cpuMicrosecondsPerRequest);
  console.log(
    `round ${round}: ${textOf(alone)} alone, ${textOf(beside)} beside ${connections} lorises: ` +
      `${rates.at(-1)!.toFixed(3)}, for the same CPU ${cpuRates.at(-1)!.toFixed(3)}`,
  );
  if (round < rounds) before = await measureAll(proxy, WINDOWS / 2);
}

const ratio = median(rates);
const timeouts = await proxy.stat("http.web.downstream_rq_header_timeout");
console.log(`load: ${hasWrk ? "wrk" : "our own"}, proxy ${hasTaskset ? "pinned to one core" : "not pinned"}`);
console.log(`throughput beside them: ${ratio.toFixed(3)} of that without (${LEAST_RATIO} wanted)`);
console.log(`requests for the same CPU: ${median(cpuRates).toFixed(3)} of those without`);
const byteCost = median(byteCosts);
console.log(
  `a byte of theirs costs ${byteCost.toFixed(1)} µs of CPU, ${connections} of them a second ` +
    `${(byteCost * connections / 10_000).toFixed(1)} % of a core`,
);
console.log(
  `answered: ${answersMs.length - [...wrong.values()].reduce((sum, count) => sum + count, 0)} of ${
    connections * rounds
  } ` +
    `with 408, ${Math.round(Math.min(...answersMs))} to ${Math.round(Math.max(...answersMs))} ms after the deadline; ` +
    `downstream_rq_header_timeout: ${timeouts}`,
);
for (const [text, count] of wrong) console.log(`  ${count} got ${JSON.stringify(text)} instead`);
console.log(
  `closed: ${Math.round(Math.min(...endsMs))} to ${Math.round(Math.max(...endsMs))} ms after the deadline, ` +
    `delayed_close_timeout ${CLOSE_MS} ms included (${MOST_LATE_MS} wanted at most)`,
);
console.log(
  `memory: ${restingMiB.toFixed(1)} MiB at rest, ${
    held.map((miB) => `+${miB.toFixed(1)}`).join(", ")
  } MiB with them, ` +
    `garbage of the load included: ${(Math.min(...held) * 1024 / connections).toFixed(1)} KiB a loris at the least`,
);
const isWell = ratio >= LEAST_RATIO && Math.max(...endsMs) <= MOST_LATE_MS && wrong.size === 0 &&
  timeouts === connections * rounds;
if (!isWell) Deno.exitCode = 1;
