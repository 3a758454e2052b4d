/**
 * Which clusters' circuit breakers turned something away in the last minute. Of very many clusters only some are looked
 * at in one second, all of them within the minute.
 */
import type { StatBook } from "../observe/stats/stat_book.ts";
import { StatRow } from "./stat_reader.ts";

const OVERFLOWS = [
  "upstream_cx_overflow",
  "upstream_cx_pool_overflow",
  "upstream_rq_pending_overflow",
  "upstream_rq_retry_overflow",
];

/** How long an overflow is told. */
const TOLD_MS = 60_000;

/** Clusters looked at in one second. */
const CLUSTERS_PER_LOOK = 100;

interface Seen {
  readonly row: StatRow;
  /** NaN before the first look. */
  count: number;
}

/** Watches all clusters. */
export class OverflowWatch {
  readonly #book: StatBook;
  readonly #statNameOf: (cluster: string) => string;
  #seen = new Map<string, Seen>();
  /** When each was last seen to overflow. */
  readonly #overflowMs = new Map<string, number>();
  readonly #values: number[] = [];
  #next = 0;

  /** `statNameOf`: under which name a cluster's stats stand. */
  constructor(book: StatBook, statNameOf: (cluster: string) => string) {
    this.#book = book;
    this.#statNameOf = statNameOf;
  }

  /** Names of those that overflowed within a minute; to be called once a second with all there are. */
  update(clusters: readonly { readonly name: string }[], nowMs: number): ReadonlySet<string> {
    for (let looked = 0; looked < Math.min(clusters.length, CLUSTERS_PER_LOOK); looked++) {
      if (this.#next >= clusters.length) this.#beginAnew(clusters);
      this.#look(clusters[this.#next++]!.name, nowMs);
    }
    for (const [name, atMs] of this.#overflowMs) if (nowMs - atMs >= TOLD_MS) this.#overflowMs.delete(name);
    return new Set(this.#overflowMs.keys());
  }

  #look(name: string, nowMs: number): void {
    let seen = this.#seen.get(name);
    if (seen === undefined) {
      const prefix = `cluster.${this.#statNameOf(name)}`.replaceAll(":", "_");
      this.#seen.set(name, seen = { row: new StatRow(this.#book, prefix, OVERFLOWS), count: NaN });
    }
    const count = seen.row.readInto(this.#values).reduce((sum, value) => sum + value, 0);
    if (count > seen.count) this.#overflowMs.set(name, nowMs);
    seen.count = count;
  }

  /** Forgets those that are gone. */
  #beginAnew(clusters: readonly { readonly name: string }[]): void {
    this.#next = 0;
    if (this.#seen.size <= clusters.length) return;
    const names = new Set(clusters.map(({ name }) => name));
    this.#seen = new Map(this.#seen.entries().filter(([name]) => names.has(name)));
  }
}
