/**
 * One place where everything that happens in a case is announced: bytes that came, connections that ended, gates that
 * opened. Who waits states a condition; it is looked at again after every announcement, so nothing ever sleeps.
 */

interface Waiter {
  readonly isTrue: () => boolean;
  readonly resolve: () => void;
}

/** What happens, and who waits for it. */
export class Changes {
  readonly #waiters = new Set<Waiter>();

  /** Something changed: those whose condition holds now go on. */
  announce(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.isTrue()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Resolves with true once the condition holds, with false when patience has run out. */
  async until(isTrue: () => boolean, patienceMs: number): Promise<boolean> {
    if (isTrue()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter = { isTrue, resolve: () => resolve(true) };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      this.#waiters.delete(waiter);
      resolve(false);
    }, patienceMs);
    const held = await promise;
    clearTimeout(timer);
    return held;
  }
}
