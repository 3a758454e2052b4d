/**
 * Long work on the main thread, a little at a time: runs a generator's steps and lets the event loop turn whenever some
 * milliseconds are used up. The main thread must never be held longer than 10 ms (spec/operations.md 4.10).
 */

/** Half of what is allowed, since one step may overrun. */
export const SLICE_MS = 5;

/** Runs `steps` to the end. */
export async function runInSlices(steps: Iterable<unknown>, sliceMs = SLICE_MS): Promise<void> {
  let sliceStart = performance.now();
  for (const _ of steps) {
    if (performance.now() - sliceStart < sliceMs) continue;
    await nextTurn();
    sliceStart = performance.now();
  }
}

/** The same where the steps come to a result. */
export async function resultInSlices<Result>(steps: Iterator<unknown, Result>, sliceMs = SLICE_MS): Promise<Result> {
  let sliceStart = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - sliceStart < sliceMs) continue;
    await nextTurn();
    sliceStart = performance.now();
  }
}

/** Resolves after the event loop has seen to what waits. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
