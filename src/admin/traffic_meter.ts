/**
 * What goes through the proxy, sampled once a second from the stats: differences of the sums over all HTTP connection
 * managers but the admin's. The last day is kept, ever coarser, so that a console opened now has a past
 * (spec/console.md 5.1, 7.2).
 */
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { Traffic } from "./contract/overview.ts";
import type { Series, SeriesName } from "./contract/series.ts";
import { Rate, ratio } from "./rate.ts";
import { SeriesRing } from "./series_ring.ts";
import { HistogramWindow, StatGroup } from "./stat_reader.ts";

/** Over how many seconds the share of errors is judged. */
const ERROR_WINDOW_S = 60;

/** Steps of ten seconds that make a past to compare with. */
const LEAST_TENS = 30;

const CLASSES = [1, 2, 3, 4, 5] as const;

/** A stat of every HTTP connection manager, `http.admin` left out. */
function ofEveryManager(book: StatBook, name: string): StatGroup {
  return new StatGroup(book, "http.", new RegExp(`^http\\.(?!admin\\.)(?:.+)\\.${name}$`));
}

export class TrafficMeter {
  readonly #classGroups: readonly StatGroup[];
  readonly #classRates = CLASSES.map(() => new Rate());
  readonly #times: StatGroup;
  readonly #window = new HistogramWindow();
  readonly #activeRequests: StatGroup;
  readonly #activeConnections: StatGroup;
  readonly #connections: StatGroup;
  readonly #bytesIn: { readonly group: StatGroup; readonly rate: Rate };
  readonly #bytesOut: { readonly group: StatGroup; readonly rate: Rate };
  readonly #workerRates = new Map<number, Rate>();
  readonly #answers: number[] = [];
  readonly #errors: number[] = [];
  readonly #ring = new SeriesRing();
  #nowMs = 0;
  #traffic: Traffic | null = null;

  constructor(book: StatBook) {
    this.#classGroups = CLASSES.map((first) => ofEveryManager(book, `downstream_rq_${first}xx`));
    this.#times = ofEveryManager(book, "downstream_rq_time");
    this.#activeRequests = ofEveryManager(book, "downstream_rq_active");
    this.#activeConnections = ofEveryManager(book, "downstream_cx_active");
    this.#connections = ofEveryManager(book, "downstream_cx_total");
    this.#bytesIn = { group: ofEveryManager(book, "downstream_cx_rx_bytes_total"), rate: new Rate() };
    this.#bytesOut = { group: ofEveryManager(book, "downstream_cx_tx_bytes_total"), rate: new Rate() };
  }

  /** Takes a sample; to be called once a second. */
  sample(nowMs: number, wallMs: number): void {
    this.#nowMs = nowMs;
    this.#classGroups.forEach((group, at) => this.#classRates[at]!.update(group.value, nowMs));
    for (const { group, rate } of [this.#bytesIn, this.#bytesOut]) rate.update(group.value, nowMs);
    this.#window.update(this.#times.stats);
    this.#traffic = this.#measure();
    this.#keepErrors();
    this.#ring.push(wallMs, seriesValues(this.#traffic));
  }

  /** As of the last sample. */
  get traffic(): Traffic {
    return this.#traffic ?? this.#measure();
  }

  /** The last `rangeS` seconds of the named series. */
  history(rangeS: number, names?: readonly SeriesName[]): Series {
    return this.#ring.window(rangeS, names);
  }

  /** Share of 5xx over the last minute, null under one request a second. */
  get errorRatioOfMinute(): number | null {
    const answers = this.#answers.reduce((sum, count) => sum + count, 0);
    if (answers < this.#answers.length || this.#answers.length === 0) return null;
    return ratio(this.#errors.reduce((sum, count) => sum + count, 0), answers);
  }

  /**
   * p99 of the last ten seconds, and the median of what it was in the last hour, with one request a second at least; null
   * before there are five minutes to compare with.
   */
  get latencyOfHour(): { readonly p99: number; readonly median: number } | null {
    const latest = this.#ring.window(10, ["p99", "rps"]).series;
    const p99 = mean(latest.p99 ?? []), rps = mean(latest.rps ?? []);
    const hour = this.#ring.lastHour("p99");
    if (p99 === null || rps === null || rps < 1 || hour.length < LEAST_TENS) return null;
    hour.sort((a, b) => a - b);
    return { p99, median: hour[hour.length >> 1]! };
  }

  /** Requests per second of one worker; to be called once a second. */
  workerRps(worker: number): number | null {
    let rate = this.#workerRates.get(worker);
    if (rate === undefined) this.#workerRates.set(worker, rate = new Rate());
    rate.update(this.#classGroups.reduce((sum, group) => sum + group.valueOf(worker), 0), this.#nowMs);
    return rate.perSecond;
  }

  /** Connections and requests of one worker now, and its share of all connections so far. */
  workerLoad(worker: number): { activeCx: number; activeRq: number; acceptShare: number | null } {
    return {
      activeCx: this.#activeConnections.valueOf(worker),
      activeRq: this.#activeRequests.valueOf(worker),
      acceptShare: ratio(this.#connections.valueOf(worker), this.#connections.value),
    };
  }

  #measure(): Traffic {
    const [c1, c2, c3, c4, c5] = this.#classRates.map(({ perSecond }) => perSecond) as [
      Known,
      Known,
      Known,
      Known,
      Known,
    ];
    const rps = sumOf([c1, c2, c3, c4, c5]);
    const [p50, p90, p99] = this.#window.quantiles([0.5, 0.9, 0.99]) as [Known, Known, Known];
    return {
      rps,
      by_class: { c1, c2, c3, c4, c5 },
      error_ratio: ratio(c5, rps),
      p50,
      p90,
      p99,
      active_rq: this.#activeRequests.value,
      active_cx: this.#activeConnections.value,
      bytes_in: this.#bytesIn.rate.perSecond,
      bytes_out: this.#bytesOut.rate.perSecond,
    };
  }

  #keepErrors(): void {
    this.#answers.push(sumOf(this.#classRates.map(({ delta }) => delta)) ?? 0);
    this.#errors.push(this.#classRates[4]!.delta ?? 0);
    if (this.#answers.length <= ERROR_WINDOW_S) return;
    this.#answers.shift();
    this.#errors.shift();
  }
}

type Known = number | null;

function mean(values: readonly Known[]): Known {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function sumOf(values: readonly Known[]): Known {
  return values.reduce((sum: Known, value) => sum === null || value === null ? null : sum + value, 0);
}

function seriesValues(traffic: Traffic): Record<SeriesName, number | null> {
  const { by_class, ...rest } = traffic;
  return { ...rest, rps_2xx: by_class.c2, rps_3xx: by_class.c3, rps_4xx: by_class.c4, rps_5xx: by_class.c5 };
}
