/** What one case adds to counters, read from a proxy's `/stats` before and after it. */

/** Requests that are answered before the one that counts. */
const ROUNDS = 3;

/**
 * The counters and gauges whose names match `pattern`, as they are now. Names that a worker of denvoy's has just made are
 * on their way to its main thread as messages: they are there by the time it has answered something else.
 */
export async function readStats(adminUrl: string, pattern: string): Promise<ReadonlyMap<string, number>> {
  await untilMainThread(adminUrl);
  const response = await fetch(`${adminUrl}/stats?filter=${encodeURIComponent(pattern)}`);
  const lines = (await response.text()).split("\n");
  const stats = new Map<string, number>();
  for (const line of lines) {
    const [, name, value] = /^(.+): (\d+)$/.exec(line) ?? [];
    if (name !== undefined) stats.set(name, Number(value));
  }
  return stats;
}

/** One line for each that is another than before, in the order of their names. */
export function changedStats(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...after].flatMap(([name, value]) => {
    const added = value - (before.get(name) ?? 0);
    return added === 0 ? [] : [`stat ${name} ${added > 0 ? "+" : ""}${added}`];
  }).sort();
}

/** Resolves when the main thread has done what it had to do. */
export async function untilMainThread(adminUrl: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) await (await fetch(`${adminUrl}/ready`)).text();
}
