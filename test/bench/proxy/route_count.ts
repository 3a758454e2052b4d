/**
 * Many routes against few: the same work with the answering route behind others, in turns. What a look-up costs must not
 * depend on how many routes there are.
 */
import { stopChild } from "./child.ts";
import { DEFAULT_CONNECTIONS } from "./comparison.ts";
import type { ModeResult } from "./idle.ts";
import type { BenchOptions } from "./options.ts";
import type { PeerSetup } from "./peers.ts";
import { median, table } from "./report.ts";
import { failuresOf, startRuns, takeTurns } from "./turns.ts";

/** One peer with a number of routes. */
export interface RouteRow {
  readonly peer: string;
  readonly routes: number;
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  /** Over those with few routes in the same round; the median. */
  readonly requestsRatioToFew: number;
}

const FEW = 3;

/** Measures each peer with {@link FEW} routes and with `options.routes`. */
export async function measureRoutes(
  options: BenchOptions,
  setup: PeerSetup,
  say: (line: string) => void,
): Promise<ModeResult<RouteRow>> {
  const connections = options.connections ?? DEFAULT_CONNECTIONS;
  const counts = [FEW, options.routes];
  const rows: RouteRow[] = [], failures: string[] = [];
  for (const name of options.peers) {
    const runs = await startRuns(name, counts.map((routes) => ({ ...setup, routes })), options, connections, say);
    await takeTurns(runs, options, connections);
    const few = runs[0]?.samples ?? [];
    for (const [i, run] of runs.entries()) {
      await stopChild(run.peer.child);
      failures.push(...failuresOf(run, `${name} with ${counts[i]} routes`));
      const rates = run.samples.map(({ requestsPerSecond }) => requestsPerSecond);
      rows.push({
        peer: name,
        routes: counts[i]!,
        requestsPerSecond: median(rates),
        cpuMicrosPerRequest: median(run.samples.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)),
        requestsRatioToFew: median(rates.map((rate, round) => rate / few[round]!.requestsPerSecond)),
      });
    }
  }
  const cells = [["", "routes", "requests/s", "CPU µs/request", `of ${FEW} routes'`]];
  for (const { peer, routes, requestsPerSecond, cpuMicrosPerRequest, requestsRatioToFew } of rows) {
    cells.push([
      peer,
      String(routes),
      requestsPerSecond.toFixed(0),
      cpuMicrosPerRequest.toFixed(1),
      requestsRatioToFew.toFixed(2),
    ]);
  }
  return { rows, text: table(cells).join("\n"), failures };
}
