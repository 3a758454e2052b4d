/** The command line of the proxy benchmark: what may be set, its defaults, its bounds. */
import { parseArgs } from "node:util";
import { CASES } from "./origin.ts";
import { PEER_NAMES } from "./peers.ts";

/** What one run was asked for. */
export interface BenchOptions {
  readonly peers: readonly string[];
  readonly cases: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Null: the default of the mode. */
  readonly connections: number | null;
  /** Whose ratios are printed. */
  readonly subject: string;
  readonly json: boolean;
  /** Idle connections to hold; 0: another mode. */
  readonly idle: number;
  /** Workers to compare with one; 0: another mode. */
  readonly workers: number;
  /** Routes to compare with few; 0: another mode. */
  readonly routes: number;
}

/** Printed for `--help`. */
export const USAGE = `deno task bench [options]
  --peers LIST       of ${PEER_NAMES.join(",")} (default: all)
  --cases LIST       of ${CASES.map((one) => one.name).join(",")} (default: all)
  --rounds N         rounds, every peer once in each (default 5)
  --seconds N        of each measured run (default 3)
  --warmup N         seconds of warm-up of each peer in each case (default 5)
  --connections N    keep-alive connections of the load (default 64; 1000 with --workers)
  --subject NAME     whose ratios to the others are printed (default denvoy)
  --idle N           instead: memory of N idle connections through each of denvoy and Envoy
  --workers N        instead: denvoy with N workers against denvoy with one
  --routes N         instead: denvoy and Envoy with N routes against each with 3
  --json             one JSON document instead of tables`;

/** Reads the arguments; null when help was asked for. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: text,
      cases: text,
      rounds: text,
      seconds: text,
      warmup: text,
      connections: text,
      subject: text,
      idle: text,
      workers: text,
      routes: text,
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return null;
  const idle = count("--idle", values.idle, 0, 50_000);
  const workers = count("--workers", values.workers, 0, 64);
  const routes = count("--routes", values.routes, 0, 100_000);
  const special = idle > 0 || workers > 0 || routes > 0;
  return {
    peers: chosen("--peers", values.peers, special ? ["denvoy", "envoy"] : PEER_NAMES, PEER_NAMES),
    cases: chosen("--cases", values.cases, CASES.map((one) => one.name)),
    rounds: count("--rounds", values.rounds, workers > 0 ? 3 : 5, 100),
    seconds: count("--seconds", values.seconds, 3, 600),
    warmupSeconds: count("--warmup", values.warmup, 5, 600),
    connections: values.connections === undefined ? null : count("--connections", values.connections, 64, 10_000),
    subject: values.subject ?? "denvoy",
    json: values.json === true,
    idle,
    workers,
    routes,
  };
}

function chosen(
  flag: string,
  text: string | undefined,
  byDefault: readonly string[],
  known: readonly string[] = byDefault,
): readonly string[] {
  if (text === undefined) return byDefault;
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  for (const name of names) {
    if (!known.includes(name)) {
      throw new Error(`Cannot read ${flag}: "${name}" found, one of ${known.join(", ")} wanted`);
    }
  }
  return names;
}

function count(flag: string, text: string | undefined, byDefault: number, max: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new Error(`Cannot read ${flag}: "${text}" found, a whole number from 1 to ${max} wanted`);
  }
  return value;
}
