/**
 * The plain comparison: every peer runs all the time, and each round gives each of them one run of each case, so that
 * what the machine does meanwhile falls on all alike. The order turns by one peer a round.
 */
import { startPeer } from "./peers.ts";
import type { Peer, PeerSetup } from "./peers.ts";
import { type LoadResult, runLoad } from "./load.ts";
import { type BenchCase, CASES } from "./origin.ts";
import { cpuMicroseconds, residentBytes } from "./process_figures.ts";
import type { BenchOptions } from "./options.ts";

/** One run of one peer in one case. */
export interface Sample extends LoadResult {
  readonly peer: string;
  readonly case: string;
  readonly round: number;
  /** User and system time of the serving process tree. */
  readonly cpuMicrosPerRequest: number;
  /** Processor time over wall time: 1 is a saturated core. */
  readonly busy: number;
  readonly residentBytes: number;
  readonly gigabytesPerSecond: number;
}

/** All that one comparison found. */
export interface Comparison {
  readonly peers: readonly string[];
  readonly absent: readonly { readonly name: string; readonly why: string }[];
  readonly samples: readonly Sample[];
}

/** Connections of the load unless the command line says otherwise. */
export const DEFAULT_CONNECTIONS = 64;

/** Starts the peers and runs all rounds. */
export async function compare(options: BenchOptions, setup: PeerSetup, say: (line: string) => void) {
  const peers: Peer[] = [];
  const absent: { name: string; why: string }[] = [];
  for (const name of options.peers) {
    const started = await startPeer(name, setup);
    if ("absent" in started) absent.push({ name, why: started.absent });
    else peers.push(started);
  }
  for (const one of absent) say(`absent: ${one.name} (${one.why})`);
  if (peers.length === 0) throw new Error("Cannot compare: no peer is there, at least one is wanted");
  const cases = CASES.filter((one) => options.cases.includes(one.name));
  const connections = options.connections ?? DEFAULT_CONNECTIONS;
  for (const peer of peers) {
    for (const one of cases) {
      await runLoad({ url: urlOf(peer, one), seconds: options.warmupSeconds, connections });
    }
  }
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const one of cases) {
      for (let i = 0; i < peers.length; i++) {
        const peer = peers[(i + round) % peers.length]!;
        const sample = await measure(peer, one, round, options.seconds, connections);
        samples.push(sample);
        say(
          `round ${round + 1}/${options.rounds} ${one.name} ${peer.name}: ` +
            `${sample.requestsPerSecond.toFixed(0)} requests/s, ${sample.cpuMicrosPerRequest.toFixed(1)} µs CPU each`,
        );
      }
    }
  }
  return { peers: peers.map((peer) => peer.name), absent, samples } satisfies Comparison;
}

/** One measured run. */
export async function measure(
  peer: Peer,
  one: BenchCase,
  round: number,
  seconds: number,
  connections: number,
): Promise<Sample> {
  const cpuBefore = cpuMicroseconds(peer.child.pid);
  const started = performance.now();
  const result = await runLoad({ url: urlOf(peer, one), seconds, connections });
  const wallMicros = (performance.now() - started) * 1000;
  const cpu = cpuMicroseconds(peer.child.pid) - cpuBefore;
  const errors = peer.child.hasEnded() ? [...result.errors, `the peer ended: ${peer.child.stderr()}`] : result.errors;
  return {
    ...result,
    errors,
    peer: peer.name,
    case: one.name,
    round,
    cpuMicrosPerRequest: cpu / Math.max(1, result.requests),
    busy: cpu / wallMicros,
    residentBytes: residentBytes(peer.child.pid),
    gigabytesPerSecond: result.requestsPerSecond * one.bodyBytes / 1e9,
  };
}

function urlOf(peer: Peer, one: BenchCase): string {
  return `http://127.0.0.1:${peer.port}${one.path}`;
}
