/** What a proxy holds: what must be the same before and after a soak that changed everything and put it back. */
import type { RunningProxy } from "../support/proxy.ts";

/** Counts by what is counted. */
export type ProcessCounts = Readonly<Record<string, number>>;

/** Gauges that count what may leak, by their names or the ends of them. */
const GAUGES = [
  /^server\.(main_thread|worker_\d+)\.timers_armed$/,
  /^server\.main_thread\.watched_directories$/,
  /^cluster_manager\.(active|warming)_clusters$/,
  /^listener_manager\.total_listeners_(active|warming|draining)$/,
  /^cluster\.[^.]+\.upstream_(cx|rq)_active$/,
  /^cluster\.[^.]+\.upstream_rq_pending_active$/,
  /^cluster\.[^.]+\.membership_total$/,
];

/** Of now. */
export async function processCounts(proxy: RunningProxy): Promise<ProcessCounts> {
  const counts: Record<string, number> = { fds: openFiles(proxy) };
  const text = await proxy.admin("/stats");
  for (const line of text.split("\n")) {
    const at = line.lastIndexOf(": "), name = line.slice(0, at);
    if (GAUGES.some((pattern) => pattern.test(name))) counts[name] = Number(line.slice(at + 2));
  }
  counts["stats"] = text.split("\n").length;
  return counts;
}

/** How many files and sockets it has, but for connections to its admin port: how many of those there are is up to clients. */
function openFiles({ pid, adminUrl }: RunningProxy): number {
  const adminPort = Number(new URL(adminUrl).port).toString(16).toUpperCase().padStart(4, "0");
  const lines = Deno.readTextFileSync(`/proc/${pid}/net/tcp`).trim().split("\n").slice(1);
  const connections = lines.map((line) => line.trim().split(/\s+/)).flatMap(([, local, , state, , , , , , inode]) =>
    local!.endsWith(`:${adminPort}`) && state !== LISTENING ? [`socket:[${inode}]`] : []
  );
  const targets = Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => targetOf(`/proc/${pid}/fd/${name}`));
  return targets.filter((target) => !connections.includes(target)).length;
}

/** As `/proc/net/tcp` has it. */
const LISTENING = "0A";

/** Empty = it has been closed meanwhile. */
function targetOf(link: string): string {
  try {
    return Deno.readLinkSync(link);
  } catch {
    return "";
  }
}

/** Each count that is higher now: `name: before -> after`. */
export function leftBehind(before: ProcessCounts, after: ProcessCounts): string[] {
  return Object.entries(after).filter(([name, count]) => count > (before[name] ?? 0)).map(([name, count]) =>
    `${name}: ${before[name] ?? "none"} -> ${count}`
  );
}

/** How often nothing must have changed, look after look: longer than gauges take that are renewed from time to time. */
const LOOKS = 12;

/** As soon as they stay as they are. */
export async function settledCounts(proxy: RunningProxy): Promise<ProcessCounts> {
  let last: ProcessCounts = {}, same = 0;
  await proxy.until("counts stay as they are", async () => {
    const counts = await processCounts(proxy);
    same = differences(last, counts).length === 0 ? same + 1 : 0;
    last = counts;
    return same === LOOKS;
  });
  return last;
}

/** Each count that is another now: `name: before -> after`. */
export function differences(before: ProcessCounts, after: ProcessCounts): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).map((name) =>
    `${name}: ${before[name] ?? "none"} -> ${after[name] ?? "none"}`
  );
}
