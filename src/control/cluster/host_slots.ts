/**
 * Gives every host its slot in the shared counts, makes pages as they are needed, and gives a slot out again when nobody can
 * write to it any more.
 *
 * A worker writes to a host's slot while it has the host in its configuration, and afterwards while requests or connections
 * to it are under way; the last writes belong to the event in which the last of them ends. So a slot passes through:
 *
 * ```
 *   given ──retire──▶ leaving ── all workers serve the change that took its host away, and nothing is under way ──▶ quiet
 *                                         quiet ── all workers have acked a change sent after that was seen ──▶ free
 * ```
 *
 * The second ack says that the event is over. Changes are the only clock this needs: where nothing changes, no slot is
 * wanted. A place without a worker holds everything up until its replacement has acked; that starts with the whole
 * configuration, of which a retired host is no part, and with the levels of its predecessor cleared.
 */
import { type HostCounts, HOSTS_PER_PAGE, SharedHosts } from "../../upstream/shared_hosts.ts";

/** A slot that is not free yet. */
interface Leaver {
  readonly slot: number;
  /** A change from which on it may be the next step's turn, once all have acked it. */
  readonly dueGeneration: number;
}

export class HostSlots {
  readonly #workers: number;
  readonly #hosts: SharedHosts;
  readonly #pages: SharedArrayBuffer[] = [];
  readonly #free: number[] = [];
  #leaving: Leaver[] = [];
  #quiet: Leaver[] = [];
  /** Slots below have been given out at some time. */
  #used = 0;

  constructor(workers: number) {
    this.#workers = workers;
    this.#hosts = new SharedHosts(workers);
  }

  /** All pages so far, in order: pages are added, never replaced. */
  get pages(): readonly SharedArrayBuffer[] {
    return this.#pages;
  }

  /** A slot for a new host, with all counts at 0. */
  take(): number {
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    if (this.#used === this.#pages.length * HOSTS_PER_PAGE) {
      this.#pages.push(SharedHosts.newPage(this.#workers));
      this.#hosts.usePages(this.#pages);
    }
    return this.#used++;
  }

  /** The counts at a slot that was given out, for reading and for breaking rows. */
  counts(slot: number): HostCounts {
    return this.#hosts.host(slot, 0);
  }

  /** The slot's host goes: `generation` is that of the change that takes it away from workers. */
  retire(slot: number, generation: number): void {
    this.#leaving.push({ slot, dueGeneration: generation });
  }

  /**
   * Workers have acked something: `acked` is the last change that every one of them serves (0 while a place is empty or its
   * worker has acked nothing yet), `sent` the last that was sent to any.
   */
  reclaim(acked: number, sent: number): void {
    if (this.#leaving.length + this.#quiet.length === 0) return;
    this.#quiet = this.#quiet.filter(({ slot, dueGeneration }) => {
      if (acked < dueGeneration) return true;
      this.counts(slot).clear();
      this.#free.push(slot);
      return false;
    });
    this.#leaving = this.#leaving.filter(({ slot, dueGeneration }) => {
      if (acked < dueGeneration || this.#isBusy(slot)) return true;
      this.#quiet.push({ slot, dueGeneration: sent + 1 });
      return false;
    });
  }

  /** A worker died: nothing of it is under way any more. Called before its place is filled again. */
  clearWorker(worker: number): void {
    this.#hosts.clearWorker(worker);
  }

  #isBusy(slot: number): boolean {
    const { activeRequests, activeConnections } = this.counts(slot);
    return activeRequests !== 0 || activeConnections !== 0;
  }
}
