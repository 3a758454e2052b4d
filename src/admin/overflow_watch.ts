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
const CLUSTERS_PER_LOOK = 500;

interface Seen {
  readonly row: StatRow;
  /** NaN before the first look. */
  count: number;
  overflowMs: number;
}

/** What stats of a cluster are called after; null = it is no more. */
export type StatNameOf = (cluster: string) => string | null;

/** Watches all clusters. */
export class OverflowWatch {
  readonly #book: StatBook;
  readonly #statNameOf: StatNameOf;
  readonly #seen = new Map<string, Seen>();
  readonly #recent = new Set<string>();
  readonly #values: number[] = [];
  #next = 0;

  constructor(book: StatBook, statNameOf: StatNameOf) {
    this.#book = book;
    this.#statNameOf = statNameOf;
  }

  /** Names of those that overflowed within a minute; to be called once a second with all there are. */
  update(clusters: readonly { readonly name: string }[], nowMs: number): ReadonlySet<string> {
    for (let looked = 0; looked < Math.min(clusters.length, CLUSTERS_PER_LOOK); looked++) {
      if (this.#next >= clusters.length) this.#begin(clusters);
      this.#look(clusters[this.#next++]!.name, nowMs);
    }
    for (const name of this.#recent) {
      if (nowMs - (this.#seen.get(name)?.overflowMs ?? -Infinity) >= TOLD_MS) this.#recent.delete(name);
    }
    return this.#recent;
  }

  /** A new round: those that are gone are forgotten. */
  #begin(clusters: readonly { readonly name: string }[]): void {
    this.#next = 0;
    if (this.#seen.size <= clusters.length) return;
    const names = new Set(clusters.map(({ name }) => name));
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
  }

  #look(name: string, nowMs: number): void {
    let seen = this.#seen.get(name);
    if (seen === undefined) {
      const statName = this.#statNameOf(name);
      if (statName === null) return;
      const row = new StatRow(this.#book, `cluster.${statName}`.replaceAll(":", "_"), OVERFLOWS);
      this.#seen.set(name, seen = { row, count: NaN, overflowMs: -Infinity });
    }
    const count = seen.row.readInto(this.#values).reduce((sum, value) => sum + value, 0);
    if (count > seen.count) {
      seen.overflowMs = nowMs;
      this.#recent.add(name);
    }
    seen.count = count;
  }
}
