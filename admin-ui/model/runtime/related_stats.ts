/**
 * Which stats show what a key does (spec/console.md 6.4, 6.6), and their last minute: counters as a rate, gauges as they
 * are. They are asked for only while somebody looks.
 */

/** One line of stats. */
export interface RelatedStat {
  /** `cluster.web.upstream_rq_active`; `*` stands for any names, whose values are added. */
  readonly name: string;
  readonly kind: "counter" | "gauge";
}

/** Values of the stats that were asked for, by full name. */
export type StatValues = ReadonlyMap<string, number>;

const BREAKERS: Readonly<Record<string, readonly [active: string, beyond: string]>> = {
  max_connections: ["upstream_cx_active", "upstream_cx_overflow"],
  max_pending_requests: ["upstream_rq_pending_active", "upstream_rq_pending_overflow"],
  max_requests: ["upstream_rq_active", "upstream_rq_pending_overflow"],
  max_retries: ["upstream_rq_retry", "upstream_rq_retry_overflow"],
};

/** What to watch while this key changes. */
export function relatedStats(key: string): RelatedStat[] {
  const answers = counters("http.*.downstream_rq_2xx", "http.*.downstream_rq_5xx");
  const [, maintained] = /^upstream\.maintenance_mode\.(.+)$/.exec(key) ?? [];
  if (maintained !== undefined) {
    return counters(`cluster.${maintained}.upstream_rq_maintenance_mode`, `cluster.${maintained}.upstream_rq_total`);
  }
  const [, cluster, limit] = /^circuit_breakers\.(.+)\.(?:default|high)\.(\w+)/.exec(key) ?? [];
  const breaker = limit === undefined ? undefined : BREAKERS[limit];
  if (breaker !== undefined) {
    const kind = limit === "max_retries" ? "counter" : "gauge";
    return [{ name: `cluster.${cluster}.${breaker[0]}`, kind }, ...counters(`cluster.${cluster}.${breaker[1]}`)];
  }
  if (key.includes("retry")) return counters("cluster.*.upstream_rq_retry", "cluster.*.upstream_rq_retry_success");
  if (key.startsWith("upstream.healthy_panic")) return counters("cluster.*.lb_healthy_panic");
  if (key.startsWith("upstream.zone_routing")) return counters("cluster.*.lb_zone_routing_all_directly");
  if (key.startsWith("outlier_detection.")) {
    return [{ name: "cluster.*.outlier_detection.ejections_active", kind: "gauge" }];
  }
  if (key.startsWith("health_check.")) return counters("cluster.*.health_check.attempt");
  return answers;
}

/** The filter of `/stats` that gives these and no others. */
export function statsFilter(stats: readonly RelatedStat[]): string {
  const names = stats.map(({ name }) => name.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll("*", ".+"));
  return `^(${names.join("|")})$`;
}

/** Value of one line: the sum of all that its name stands for. */
export function valueOf({ name }: RelatedStat, values: StatValues): number {
  const form = new RegExp(statsFilter([{ name, kind: "gauge" }]));
  let sum = 0;
  for (const [full, value] of values) if (form.test(full)) sum += value;
  return sum;
}

/** Values of one line, a look a second, newest last; null = nothing to compare with yet. */
export class StatTrail {
  readonly stat: RelatedStat;
  readonly points: readonly (number | null)[];
  readonly #last: { readonly value: number; readonly atMs: number } | null;

  constructor(
    stat: RelatedStat,
    points: readonly (number | null)[] = [],
    last: { readonly value: number; readonly atMs: number } | null = null,
  ) {
    this.stat = stat;
    this.points = points;
    this.#last = last;
  }

  /** The trail with one look more; it keeps `most` of them. */
  with(values: StatValues, atMs: number, most: number): StatTrail {
    const value = valueOf(this.stat, values);
    const point = this.stat.kind === "gauge" ? value : rateOf(this.#last, value, atMs);
    return new StatTrail(this.stat, [...this.points, point].slice(-most), { value, atMs });
  }
}

/** A second. A counter that went down began anew. */
function rateOf(last: { value: number; atMs: number } | null, value: number, atMs: number): number | null {
  if (last === null || atMs <= last.atMs || value < last.value) return null;
  return (value - last.value) / ((atMs - last.atMs) / 1000);
}

function counters(...names: string[]): RelatedStat[] {
  return names.map((name) => ({ name, kind: "counter" }));
}
