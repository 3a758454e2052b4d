/**
 * What the kernel says about a process and those below it: processor time and resident memory, from `/proc` (proc(5)).
 * nginx serves from a child of the process that was started, so every figure is a sum over the process tree; the
 * threads of a process are in its own figures already.
 */

/** The kernel counts processor time for user space in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;

/** User plus system time of the process tree since it started, in µs. */
export function cpuMicroseconds(pid: number): number {
  let sum = 0;
  for (const one of processTree(pid)) {
    const fields = statFields(one);
    // utime and stime are fields 14 and 15 of the line; the first two are cut off by `statFields`.
    if (fields !== null) sum += Number(fields[11]) + Number(fields[12]);
  }
  return sum * MICROSECONDS_PER_TICK;
}

/** Resident memory of the process tree in bytes. */
export function residentBytes(pid: number): number {
  let sum = 0;
  for (const one of processTree(pid)) {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${one}/status`));
    if (match !== null) sum += Number(match[1]) * 1024;
  }
  return sum;
}

function processTree(pid: number): number[] {
  const tree = [pid];
  for (let i = 0; i < tree.length; i++) {
    const children = readOrEmpty(`/proc/${tree[i]}/task/${tree[i]}/children`).trim();
    if (children !== "") tree.push(...children.split(" ").map(Number));
  }
  return tree;
}

/** The fields after the command name, which may itself hold blanks and parentheses. */
function statFields(pid: number): string[] | null {
  const line = readOrEmpty(`/proc/${pid}/stat`);
  const end = line.lastIndexOf(")");
  return end < 0 ? null : line.slice(end + 2).split(" ");
}

/** A process may end between two reads: then it has no figures. */
function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
