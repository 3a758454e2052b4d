/**
 * Which clusters' circuit breakers turned something away in the last minute. Of very many clusters only some are looked
 * at in one second, all of them within the minute.
 */
import type { ClusterConfig } from "../config/cluster_config.ts";
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

/** Watches all clusters. */
export class OverflowWatch {
  readonly #book: StatBook;
  #seen = new Map<string, Seen>();
  readonly #values: number[] = [];
  #next = 0;

  constructor(book: StatBook) {
    this.#book = book;
  }

  /** Names of those that overflowed within a minute; to be called once a second. */
  update(clusters: readonly ClusterConfig[], nowMs: number): ReadonlySet<string> {
    const seen = new Map<string, Seen>();
    for (const { name, observabilityName } of clusters) {
      const prefix = `cluster.${observabilityName}`.replaceAll(":", "_");
      const known = this.#seen.get(name);
      seen.set(name, known ?? { row: new StatRow(this.#book, prefix, OVERFLOWS), count: NaN, overflowMs: -Infinity });
    }
    this.#seen = seen;
    for (let looked = 0; looked < Math.min(clusters.length, CLUSTERS_PER_LOOK); looked++) {
      const one = seen.get(clusters[this.#next++ % clusters.length]!.name)!;
      const count = one.row.readInto(this.#values).reduce((sum, value) => sum + value, 0);
      if (count > one.count) one.overflowMs = nowMs;
      one.count = count;
    }
    if (clusters.length > 0) this.#next %= clusters.length;
    const recent = new Set<string>();
    for (const [name, { overflowMs }] of seen) if (nowMs - overflowMs < TOLD_MS) recent.add(name);
    return recent;
  }
}
