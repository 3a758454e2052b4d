/** What a process holds in memory, as the kernel sees it. */

/** Resident memory in MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  if (match === null) throw new Error(`Cannot read the memory of process ${pid}: found no VmRSS in ${status}`);
  return Number(match[1]) / 1024;
}
