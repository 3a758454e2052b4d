/**
 * Memory of idle connections: N keep-alive connections that have each done one request, through each peer in turn,
 * and what the peer's resident memory grew by. The connections live in a program of their own (idle_client.ts) so
 * that neither its limits nor its memory get mixed into this one's.
 */
import { type Child, LOAD_CORE, startChild, stopChild } from "./child.ts";
import type { BenchOptions } from "./options.ts";
import { type PeerSetup, startPeer } from "./peers.ts";
import { residentBytes } from "./process_figures.ts";
import { median, table } from "./report.ts";

/** One peer with its idle connections. */
export interface IdleRow {
  readonly peer: string;
  readonly connections: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly bytesPerConnection: number;
}

/** What a special mode found: rows for scripts, a table for people. */
export interface ModeResult<Row> {
  readonly rows: readonly Row[];
  readonly text: string;
  readonly failures: readonly string[];
}

/**
 * Before the first figure the peer's own start-up garbage goes, after the last the connections' does: denvoy's threads wait
 * for half a minute of rest with it.
 */
const SETTLE_MS = 40_000;
const OPEN_TIMEOUT_MS = 120_000;
/** Sockets beside the idle ones: upstream, admin, files. */
const SPARE_FILES = 2048;

/** Measures each peer with `options.idle` connections. */
export async function measureIdle(
  options: BenchOptions,
  setup: PeerSetup,
  say: (line: string) => void,
): Promise<ModeResult<IdleRow>> {
  const rows: IdleRow[] = [];
  const failures: string[] = [];
  for (const name of options.peers) {
    const openFiles = options.idle * 2 + SPARE_FILES;
    const peer = await startPeer(name, { ...setup, openFiles });
    if ("absent" in peer) {
      say(`absent: ${name} (${peer.absent})`);
      continue;
    }
    // A hundred connections first, so that what a process sets up once is not counted for each.
    const warmUp = await openIdle(peer.port, 100, setup.folder, openFiles);
    await stopChild(warmUp);
    const bytesBefore = await settledBytes(peer.child.pid);
    try {
      const client = await openIdle(peer.port, options.idle, setup.folder, openFiles);
      const bytesAfter = await settledBytes(peer.child.pid);
      if (client.hasEnded()) failures.push(`${name}: the connections did not stay open: ${client.stderr()}`);
      await stopChild(client);
      const bytesPerConnection = (bytesAfter - bytesBefore) / options.idle;
      rows.push({ peer: name, connections: options.idle, bytesBefore, bytesAfter, bytesPerConnection });
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
    await stopChild(peer.child);
  }
  const cells = [["", "connections", "RSS before MiB", "RSS after MiB", "KiB per connection"]];
  for (const row of rows) {
    cells.push([
      row.peer,
      String(row.connections),
      (row.bytesBefore / 1048576).toFixed(1),
      (row.bytesAfter / 1048576).toFixed(1),
      (row.bytesPerConnection / 1024).toFixed(2),
    ]);
  }
  return { rows, text: table(cells).join("\n"), failures };
}

/** Starts the client and waits until all its connections have had their answer. */
async function openIdle(port: number, connections: number, folder: string, openFiles: number): Promise<Child> {
  const readyFile = `${folder}/idle-${port}-${connections}`;
  const script = decodeURIComponent(new URL("./idle_client.ts", import.meta.url).pathname);
  const client = startChild({
    name: "idle client",
    command: Deno.execPath(),
    args: ["run", "-A", script, String(port), String(connections), readyFile],
    cores: LOAD_CORE,
    openFiles,
  });
  const deadline = performance.now() + OPEN_TIMEOUT_MS;
  while (await Deno.stat(readyFile).then(() => false, () => true)) {
    if (client.hasEnded()) throw new Error(`Cannot open ${connections} connections: ${client.stderr()}`);
    if (performance.now() > deadline) {
      throw new Error(`Cannot open ${connections} connections: not all are open in time`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return client;
}

/** The median of a few looks, after the process came to rest. */
async function settledBytes(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const looks: number[] = [];
  for (let i = 0; i < 5; i++) {
    looks.push(residentBytes(pid));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return median(looks);
}
