/**
 * What failures cost: `deno run -A test/load/failures.ts [SCENARIO...]`.
 *
 * Runs the real process under a steady load of 64 keep-alive connections, lets something die, and prints what became of
 * every request. Scenarios: `origin` (kill -9 of one of two origins), `worker` (one of two workers throws at its top),
 * `sigterm` (the process is told to end while slow requests are under way).
 */
import { startProxy } from "../support/proxy.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { KeepAliveLoad, type LoadOutcome } from "./keep_alive_load.ts";

const CONNECTIONS = 64;
const PHASE_MS = 2000;

const SCENARIOS: Record<string, () => Promise<void>> = { origin: killOrigin, worker: crashWorker, sigterm: endProcess };

async function killOrigin(): Promise<void> {
  const first = await startOrigin(2), second = await startOrigin(2);
  await using proxy = await startProxy({ config: configFor([first.port, second.port]), concurrency: 1 });
  const load = new KeepAliveLoad(portOf(proxy.listenerUrl("web")), CONNECTIONS);
  await pause(PHASE_MS);
  const before = await proxy.stat("cluster.web.upstream_rq_active");
  first.child.kill("SIGKILL");
  await first.child.status;
  const killedAt = load.outcome.statuses.get(200) ?? 0;
  await pause(PHASE_MS);
  const revived = await startOrigin(2, first.port);
  await pause(200);
  const failuresBefore = load.outcome.statuses.get(503) ?? 0;
  await pause(PHASE_MS);
  const outcome = await load.stop();
  report("kill -9 of one of two origins, brought back after 2 s", outcome, [
    `answers 200 before the kill: ${killedAt}; requests at origins at that moment: ${before}`,
    `503 UC (in flight when it died): ${await proxy.stat("cluster.web.upstream_cx_destroy_remote_with_active_rq")}`,
    `503 UF (picked while it was down): ${await proxy.stat("cluster.web.upstream_rq_pending_failure_eject")}`,
    `503 after it was back: ${(outcome.statuses.get(503) ?? 0) - failuresBefore}`,
  ]);
  for (const { child } of [second, revived]) await endChild(child);
}

async function crashWorker(): Promise<void> {
  const origin = await startOrigin(2);
  await using proxy = await startProxy({
    config: configFor([origin.port]),
    concurrency: 2,
    env: { DENVOY_TEST_HOOKS: "1" },
  });
  const load = new KeepAliveLoad(portOf(proxy.listenerUrl("web")), CONNECTIONS);
  await pause(PHASE_MS);
  const [busy0, busy1] = await Promise.all([0, 1].map((worker) => activeConnections(proxy, worker)));
  const crashedMs = performance.now();
  proxy.signal("SIGUSR2");
  await proxy.until("the worker was replaced", async () => await proxy.stat("server.worker_restarts") >= 1);
  const replacedMs = performance.now();
  await pause(PHASE_MS);
  const outcome = await load.stop();
  report("one of two workers throws at its top", outcome, [
    `connections before: worker 0 had ${busy0}, worker 1 had ${busy1}`,
    `replaced within ${Math.round(replacedMs - crashedMs)} ms; restarts ${await proxy.stat("server.worker_restarts")}`,
  ]);
  await endChild(origin.child);
}

async function endProcess(): Promise<void> {
  const origin = await startOrigin(100);
  await using proxy = await startProxy({ config: configFor([origin.port]), concurrency: 2 });
  const load = new KeepAliveLoad(portOf(proxy.listenerUrl("web")), CONNECTIONS);
  await pause(PHASE_MS);
  const active = await proxy.stat("http.web.downstream_rq_active");
  const startMs = performance.now();
  const code = await proxy.stop();
  const tookMs = Math.round(performance.now() - startMs);
  const outcome = await load.stop();
  report("SIGTERM under load of requests that take 100 ms", outcome, [
    `requests under way at the signal: ${active}; exit code ${code} after ${tookMs} ms`,
    "refused: connection attempts after the listening sockets were closed",
  ]);
  await endChild(origin.child);
}

// ----

function configFor(ports: number[]): string {
  return bootstrap({ routes: ["{ match: { prefix: / }, route: { cluster: web } }"], clusters: { web: ports } });
}

function activeConnections(proxy: Awaited<ReturnType<typeof startProxy>>, worker: number): Promise<number> {
  const { port } = new URL(proxy.listenerUrl("web"));
  return proxy.stat(`listener.127.0.0.1_${port}.worker_${worker}.downstream_cx_active`).then((count) =>
    count > 0 ? count : proxy.stat(`listener.127.0.0.1_0.worker_${worker}.downstream_cx_active`)
  );
}

async function startOrigin(delayMs: number, port = 0): Promise<{ child: Deno.ChildProcess; port: number }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("origin_process.ts", import.meta.url).pathname, String(port), String(delayMs)],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  reader.cancel();
  return { child, port: Number.parseInt(value, 10) };
}

async function endChild(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(what: string, { statuses, lost, refused, closedPolitely }: LoadOutcome, more: string[]): void {
  console.log(`\n${what}`);
  console.log(`  answers: ${text(statuses)}; lost after sending: ${text(lost)}`);
  console.log(`  connections refused: ${refused}; told to close: ${closedPolitely}`);
  for (const line of more) console.log(`  ${line}`);
}

function text(counts: Map<string | number, number>): string {
  return counts.size === 0 ? "0" : [...counts].map(([what, count]) => `${count} × ${what}`).join(", ");
}

for (const name of Deno.args.length > 0 ? Deno.args : Object.keys(SCENARIOS)) {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`No scenario "${name}": found ${Object.keys(SCENARIOS).join(", ")}`);
  await scenario();
}
