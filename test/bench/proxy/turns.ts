/**
 * One peer set up in several ways, measured in turns: a machine whose speed drifts is then as slow for the one as for the
 * other.
 */
import { measure, type Sample } from "./comparison.ts";
import type { BenchOptions } from "./options.ts";
import { CASES } from "./origin.ts";
import { type Peer, type PeerSetup, startPeer } from "./peers.ts";

/** One process under measurement. */
export interface Run {
  readonly peer: Peer;
  /** By round. */
  readonly samples: Sample[];
}

/** Starts the peer once for each setup and warms it up; where it is absent there is no run. */
export async function startRuns(
  name: string,
  setups: readonly PeerSetup[],
  options: BenchOptions,
  connections: number,
  say: (line: string) => void,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const setup of setups) {
    const peer = await startPeer(name, setup);
    if ("absent" in peer) {
      say(`absent: ${name} (${peer.absent})`);
      break;
    }
    await measure(peer, CASES[0]!, 0, options.warmupSeconds, connections);
    runs.push({ peer, samples: [] });
  }
  return runs;
}

/** All rounds of small requests, every run once in each. */
export async function takeTurns(runs: readonly Run[], options: BenchOptions, connections: number): Promise<void> {
  for (let round = 0; round < options.rounds; round++) {
    for (const { peer, samples } of runs) {
      samples.push(await measure(peer, CASES[0]!, round, options.seconds, connections));
    }
  }
}

/** What went wrong in a run, under its name. */
export function failuresOf({ samples }: Run, name: string): string[] {
  return samples.flatMap(({ errors }) => errors.map((error) => `${name}: ${error}`));
}
