/**
 * The loops of one cluster, one for each endpoint, each of which asks for its name again and again (spec/upstream.md 3.3):
 *
 * ```
 *   start ─▶ asking ── answer, none or failure: counted, told, next time planned ──▶ waiting ── time ──▶ asking
 * ```
 *
 * The first end of any question, whatever it was, is the cluster's first result.
 */
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Random } from "../../base/random.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { DnsDiscoveryConfig } from "../../config/dns_config.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { DiscoveryEvents } from "../cluster/discovery.ts";
import type { DnsOutcome, DnsQuery, DnsResolver } from "./dns_resolver.ts";
import { RefreshSchedule } from "./refresh_schedule.ts";

/** A cluster's counters of discovery. What came of an answer, `update_no_rebuild` too, is for who takes the endpoints. */
export interface DnsUpdateStats {
  counter(name: "update_attempt" | "update_success" | "update_failure"): Counter;
}

/** What discovery by DNS works with. */
export interface DnsTools {
  readonly resolver: DnsResolver;
  readonly loop: EventLoop;
  readonly random: Random;
  /** Envoy's `dns`. */
  readonly log: Logger;
  /** `cluster.<name>.`. */
  readonly stats: DnsUpdateStats;
}

/** Takes outcomes. */
export interface OutcomeTaker {
  /** Of the name at `index`: how many seconds it holds, 0 = it does not say; null when it was of no use. */
  take(index: number, outcome: DnsOutcome): number | null;
}

export class NameLoops {
  readonly #config: DnsDiscoveryConfig;
  readonly #tools: DnsTools;
  readonly #events: DiscoveryEvents;
  readonly #loops: readonly NameLoop[];
  readonly #names: readonly string[];
  #hasFirstResult = false;

  constructor(
    names: readonly string[],
    config: DnsDiscoveryConfig,
    tools: DnsTools,
    taker: OutcomeTaker,
    events: DiscoveryEvents,
  ) {
    this.#names = names;
    this.#config = config;
    this.#tools = tools;
    this.#events = events;
    const schedule = new RefreshSchedule(config, tools.random);
    this.#loops = names.map((name, index) =>
      new NameLoop(name, config, tools, schedule, (outcome) => {
        const ttlSeconds = taker.take(index, outcome);
        this.#onFirstResult(ttlSeconds === null && outcome.kind !== "answer" ? outcome.reason : "");
        return ttlSeconds;
      })
    );
  }

  start(): void {
    const waits = this.#config.waitsForFirstResult && this.#names.length > 0;
    if (waits) {
      this.#events.onWaiting({
        kind: "dns",
        subject: this.#names[0]!,
        source: "",
        sinceMs: this.#tools.loop.clock.wallMs(),
        untilMs: null,
        lastError: "",
      });
    }
    for (const loop of this.#loops) loop.ask();
    if (!waits) this.#onFirstResult("");
  }

  close(): void {
    this.#hasFirstResult = true;
    for (const loop of this.#loops) loop.close();
  }

  #onFirstResult(failure: string): void {
    if (this.#hasFirstResult) return;
    this.#hasFirstResult = true;
    this.#events.onWaiting(null);
    this.#events.onFirstResult(failure);
  }
}

class NameLoop {
  readonly #name: string;
  readonly #config: DnsDiscoveryConfig;
  readonly #resolver: DnsResolver;
  readonly #log: Logger;
  readonly #schedule: RefreshSchedule;
  /** As {@link OutcomeTaker.take}. */
  readonly #onOutcome: (outcome: DnsOutcome) => number | null;
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #attempts: Counter;
  readonly #successes: Counter;
  readonly #failures: Counter;
  #query: DnsQuery | null = null;
  #isClosed = false;

  constructor(
    name: string,
    config: DnsDiscoveryConfig,
    { resolver, loop, log, stats }: DnsTools,
    schedule: RefreshSchedule,
    onOutcome: (outcome: DnsOutcome) => number | null,
  ) {
    this.#name = name;
    this.#config = config;
    this.#resolver = resolver;
    this.#log = log;
    this.#schedule = schedule;
    this.#onOutcome = onOutcome;
    this.#clock = loop.clock;
    this.#timer = new Timer(loop.timers, () => this.ask());
    this.#attempts = stats.counter("update_attempt");
    this.#successes = stats.counter("update_success");
    this.#failures = stats.counter("update_failure");
  }

  ask(): void {
    // An answer that was at hand for another name may have ended it all.
    if (this.#isClosed) return;
    this.#attempts.inc();
    this.#query = this.#resolver.resolve(this.#name, this.#config.lookupFamily, (outcome) => this.#onEnded(outcome));
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
    this.#query?.cancel();
  }

  #onEnded(outcome: DnsOutcome): void {
    const ttlSeconds = this.#onOutcome(outcome);
    if (ttlSeconds === null) {
      this.#failures.inc();
      if (this.#log.isDebug && outcome.kind !== "answer") this.#log.debug(`no address: ${outcome.reason}`);
    } else {
      this.#successes.inc();
    }
    // Whoever took the outcome may have closed the cluster.
    if (this.#isClosed) return;
    // What is at hand is told outside of any event.
    this.#clock.refresh();
    this.#timer.arm(ttlSeconds === null ? this.#schedule.afterFailure() : this.#schedule.afterSuccess(ttlSeconds));
  }
}
