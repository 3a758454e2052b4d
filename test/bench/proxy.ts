/**
 * The proxy benchmark, `deno task bench`: denvoy beside Envoy, nginx, HAProxy and the byte-level relay "floor", all
 * measured in the same run and on the same machine, since only ratios carry over to another one.
 *
 * Whatever serves is pinned to core 0; the load (`wrk`) and the origin (nginx) to core 1. Three cases: a small answer,
 * 10 KiB and 1 MiB, asked for with a browser's headers over 64 keep-alive connections. Printed are medians over rounds
 * in which the peers take turns. Needs `wrk`, `nginx`, `taskset`; peers that are absent are named and left out. Envoy
 * is `$ENVOY_BIN`, `envoy` on PATH, or in the virtual environment `$DENVOY_ENVOY`.
 *
 * ```sh
 * deno task bench                                   # everything, some five minutes
 * deno task bench --peers denvoy,envoy --cases small --rounds 5 --seconds 2
 * deno task bench --idle 10000                      # memory of idle connections, denvoy and Envoy
 * deno task bench --workers 2 --connections 1000    # how the kernel spreads connections over workers
 * deno task bench --routes 1000                     # what many routes cost
 * deno task bench --json > figures.json
 * ```
 *
 * A run with an answer that is not 2xx or a socket error fails. Files named `*_bench.ts` in the source are another
 * thing: micro benchmarks for `deno bench`.
 */
import { stopChildren } from "./proxy/child.ts";
import { compare } from "./proxy/comparison.ts";
import { measureIdle } from "./proxy/idle.ts";
import { type BenchOptions, readOptions, USAGE } from "./proxy/options.ts";
import { startOrigin } from "./proxy/origin.ts";
import { plainSetup } from "./proxy/peers.ts";
import { failures, ratios, reportText, summaries } from "./proxy/report.ts";
import { measureRoutes } from "./proxy/route_count.ts";
import { measureWorkers } from "./proxy/worker_spread.ts";

async function run(options: BenchOptions, folder: string): Promise<readonly string[]> {
  const say = (line: string) => console.error(line);
  const origin = await startOrigin(folder);
  const setup = plainSetup(folder, origin.port);
  const measureMode = options.idle > 0
    ? measureIdle
    : options.workers > 0
    ? measureWorkers
    : options.routes > 0
    ? measureRoutes
    : null;
  if (measureMode !== null) {
    const found = await measureMode(options, setup, say);
    console.log(options.json ? JSON.stringify(found.rows, null, 2) : found.text);
    return found.failures;
  }
  const comparison = await compare(options, setup, say);
  const failed = failures(comparison);
  console.log(
    options.json
      ? JSON.stringify(
        {
          absent: comparison.absent,
          summaries: summaries(comparison),
          ratios: ratios(comparison, options.subject),
          failures: failed,
          samples: comparison.samples,
        },
        null,
        2,
      )
      : reportText(comparison, options.subject),
  );
  return failed;
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const folder = await Deno.makeTempDir({ prefix: "denvoy-bench-" });
  // nginx's worker is another user, and its files are in here.
  await Deno.chmod(folder, 0o755);
  const cleanUp = async () => {
    await stopChildren();
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void cleanUp().then(() => Deno.exit(130)));
  }
  try {
    const failed = await run(options, folder);
    for (const failure of failed) console.error(`failed: ${failure}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await cleanUp();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
