/** Processor time of the threads of a process, as the kernel counts it. */

/** What main and each worker have used so far, in ms. */
export interface ThreadTimes {
  readonly mainMs: number;
  readonly workersMs: readonly number[];
}

/** Of now. What the process does besides (garbage collection and compilation on threads of their own) is in neither. */
export function threadTimes(pid: number): ThreadTimes {
  let mainMs = 0;
  const workersMs: number[] = [];
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const task = `/proc/${pid}/task/${name}`;
    const comm = read(`${task}/comm`).trim();
    const usedMs = Number(read(`${task}/schedstat`).split(" ")[0]) / 1e6;
    if (name === String(pid)) mainMs = usedMs;
    else if (comm.startsWith("worker")) workersMs.push(usedMs);
  }
  return { mainMs, workersMs };
}

/** What was used in between. */
export function timesSince(before: ThreadTimes, now: ThreadTimes): ThreadTimes {
  const workersMs = now.workersMs.map((usedMs, worker) => usedMs - (before.workersMs[worker] ?? 0));
  return { mainMs: now.mainMs - before.mainMs, workersMs };
}

/** A thread may end while it is looked at. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
