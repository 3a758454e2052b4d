/**
 * Several workers against one: how the kernel spreads connections over the workers' listening sockets, told by
 * `listener.*.worker_N.downstream_cx_total` of the admin interface, and what a request costs beside a single worker
 * under the same load. The peers are unpinned here; the load stays on its core, so requests per second say little.
 */
import { stopChild } from "./child.ts";
import type { ModeResult } from "./idle.ts";
import type { BenchOptions } from "./options.ts";
import type { Peer, PeerSetup } from "./peers.ts";
import { median, table } from "./report.ts";
import { failuresOf, startRuns, takeTurns } from "./turns.ts";

/** One peer with a number of workers. */
export interface WorkerRow {
  readonly peer: string;
  readonly workers: number;
  readonly connections: number;
  /** Share of the connections by worker, from 0 to 1; empty when the admin has no such stats. */
  readonly shares: readonly number[];
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
  /** Processor time per request over that of one worker in the same round; the median. */
  readonly cpuRatioToOne: number;
}

const DEFAULT_CONNECTIONS = 1000;

/** Measures each peer with one worker and with `options.workers`. */
export async function measureWorkers(
  options: BenchOptions,
  setup: PeerSetup,
  say: (line: string) => void,
): Promise<ModeResult<WorkerRow>> {
  const connections = options.connections ?? DEFAULT_CONNECTIONS;
  const cores = `0-${Math.max(1, navigator.hardwareConcurrency - 1)}`;
  const workerCounts = [1, options.workers];
  const rows: WorkerRow[] = [];
  const failures: string[] = [];
  for (const name of options.peers) {
    const openFiles = 2 * connections + 2048;
    const setups = workerCounts.map((concurrency) => ({ ...setup, concurrency, cores, openFiles }));
    const runs = await startRuns(name, setups, options, connections, say);
    const befores = await Promise.all(runs.map(({ peer }) => connectionsByWorker(peer)));
    await takeTurns(runs, options, connections);
    for (const [i, run] of runs.entries()) {
      const workers = workerCounts[i]!, before = befores[i]!, { peer, samples } = run;
      const after = await connectionsByWorker(peer);
      await stopChild(peer.child);
      failures.push(...failuresOf(run, `${name} with ${workers} workers`));
      const counts = after.map((count, worker) => count - (before[worker] ?? 0));
      const total = counts.reduce((sum, count) => sum + count, 0);
      const costs = samples.map((sample) => sample.cpuMicrosPerRequest);
      rows.push({
        peer: name,
        workers,
        connections,
        shares: counts.map((count) => count / total),
        cpuMicrosPerRequest: median(costs),
        requestsPerSecond: median(samples.map((sample) => sample.requestsPerSecond)),
        cpuRatioToOne: median(costs.map((cost, round) => cost / runs[0]!.samples[round]!.cpuMicrosPerRequest)),
      });
    }
  }
  const cells = [["", "workers", "connections", "share per worker", "requests/s", "CPU µs/request", "of one worker's"]];
  for (const row of rows) {
    cells.push([
      row.peer,
      String(row.workers),
      String(row.connections),
      row.shares.length === 0 ? "no stats" : row.shares.map((share) => `${(share * 100).toFixed(1)}%`).join(" "),
      row.requestsPerSecond.toFixed(0),
      row.cpuMicrosPerRequest.toFixed(1),
      row.cpuRatioToOne.toFixed(2),
    ]);
  }
  return { rows, text: table(cells).join("\n"), failures };
}

async function connectionsByWorker(peer: Peer): Promise<number[]> {
  const response = await fetch(`http://127.0.0.1:${peer.adminPort}/stats?filter=worker_`);
  const text = await response.text();
  const counts: number[] = [];
  for (const line of text.split("\n")) {
    const match = /^listener\.(?!admin).*\.worker_(\d+)\.downstream_cx_total: (\d+)$/.exec(line);
    if (match !== null) counts[Number(match[1])] = Number(match[2]);
  }
  return Array.from(counts, (count) => count ?? 0);
}
