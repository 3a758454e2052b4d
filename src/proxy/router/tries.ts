/**
 * The tries of one request that may be tried again: one after the other, or, where a slow try gets company (hedging), several
 * at once. A request whose route has no retries has none of this, but one try (spec/http.md 5).
 *
 * ```
 *   try ──▶ head or failure ──▶ RetryState ── retry ──▶ back-off ──▶ the router begins another try
 *    │                              └─ no ──▶ others still under way? ── yes ──▶ it is dropped
 *    │                                                 └─ no ──▶ it is the answer: the others are cancelled
 *    └─ its own time is up, hedging ──▶ RetryState ── retry ──▶ another try, beside it
 * ```
 *
 * The head of a try that is not the answer never reaches the stream: with several at once each reads into a head of its own.
 */
import type { FaultCode } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { ForwardAction } from "../../route/forward_action.ts";
import type { RetryPolicy } from "../../route/retry_policy.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";
import { PreviousPriorities } from "../../upstream/host_set/previous_priorities.ts";
import { chargedOrigin } from "./charge.ts";
import { isUnwanted } from "./host_choice.ts";
import type { RequestPick } from "./request_pick.ts";
import type { RetryState, RetryVerdict } from "./retry_state.ts";
import type { RouterContext } from "./router_context.ts";
import type { TryJudge } from "./try_owner.ts";
import type { UpstreamRequest } from "./upstream_request.ts";

/** The router, as its tries see it. */
export interface TriesOwner {
  /** The back-off is over. `isTimeout`: what ended the try before was its own time. */
  onRetryDue(isTimeout: boolean): void;
  /** This try's answer is the request's: from now on it is the only one, and there are no more. */
  onAnswered(winner: UpstreamRequest): void;
}

/** What is tried. */
export interface TriedRequest {
  readonly policy: RetryPolicy;
  readonly state: RetryState;
  readonly action: ForwardAction;
  readonly cluster: Cluster;
  readonly facts: StreamFacts;
  /** What the first host was picked by, and all others are. */
  readonly pick: RequestPick;
}

/** For one request. */
export class Tries implements TryJudge<UpstreamRequest> {
  /** A retry waits for its time. */
  isPending = false;
  readonly action: ForwardAction;
  readonly cluster: Cluster;
  readonly #owner: TriesOwner;
  readonly #context: RouterContext;
  readonly #facts: StreamFacts;
  readonly #loop: EventLoop;
  readonly #policy: RetryPolicy;
  readonly #pick: RequestPick;
  readonly #state: RetryState;
  readonly #timer: Timer;
  /** Those without an answer so far. */
  readonly #active: UpstreamRequest[] = [];
  readonly #triedHosts: Host[] = [];
  /** Some try has had a connection, and sent something. */
  #isBegun = false;
  #isTimeout = false;

  constructor(owner: TriesOwner, context: RouterContext, loop: EventLoop, request: TriedRequest) {
    this.#owner = owner;
    this.#context = context;
    this.#loop = loop;
    this.#facts = request.facts;
    this.#policy = request.policy;
    this.#pick = request.pick;
    const { priorityUpdateFrequency } = request.policy;
    if (priorityUpdateFrequency > 0) this.#pick.previous = new PreviousPriorities(priorityUpdateFrequency);
    this.#state = request.state;
    this.action = request.action;
    this.cluster = request.cluster;
    this.#timer = new Timer(loop.timers, () => this.#onDue());
  }

  /** A try begins. */
  add(one: UpstreamRequest, host: Host): void {
    one.judge = this;
    this.#active.push(one);
    this.#triedHosts.push(host);
    this.#pick.previous?.add(host);
  }

  /** Whether this try is under way: the next one needs an object of its own. */
  has(one: UpstreamRequest): boolean {
    return this.#active.includes(one);
  }

  /** The host for a further try: one that no predicate minds, if it is found soon enough. Null = there is none. */
  pickHost(cluster: Cluster): Host | null {
    const pick = this.#pick, { hostSelectionAttempts } = this.#policy;
    let host = cluster.pickHost(pick);
    for (let attempt = 1; attempt <= hostSelectionAttempts && host !== null; attempt++) {
      if (!isUnwanted(this.#policy, host, this.#triedHosts)) break;
      pick.attempt = attempt;
      host = cluster.pickHost(pick);
    }
    return host;
  }

  /** The client is slow, or is so no more: every try hears of it. */
  readDisable(disable: boolean): void {
    for (const one of this.#active) one.readDisable(disable);
  }

  /** The route's time is up: every try under way ends and is counted. */
  timeOut(): void {
    for (const one of this.#active.splice(0)) one.timeOut();
    this.stop();
  }

  /** There are no more tries; those under way go on. */
  stop(): void {
    this.#timer.cancel();
    this.isPending = false;
    this.#state.release();
    for (const one of this.#active) one.judge = null;
  }

  /** The stream is over. */
  cancel(): void {
    for (const one of this.#active) one.release();
    this.stop();
    this.#active.length = 0;
  }

  // ---- the tries ask

  admitsHead(one: UpstreamRequest, endStream: boolean): boolean {
    const { head, host } = one, state = this.#state;
    let isSecondBest: boolean;
    if (one.isRetried) {
      isSecondBest = state.wouldRetryHead(head);
    } else {
      const verdict = state.decide(state.wouldRetryHead(head));
      if (verdict === "retry") {
        host.stats.rqError.inc();
        this.#chargeRetried(one.cluster, head.status);
        this.#waitFor(state.backOffMs(head, this.#loop.clock.wallMs()), false);
        this.#remove(one);
        one.discard(endStream);
        return false;
      }
      isSecondBest = this.#note(verdict);
    }
    if (isSecondBest && (this.#active.length > 1 || this.isPending)) {
      host.stats.rqError.inc();
      this.#remove(one);
      one.discard(endStream);
      return false;
    }
    return true;
  }

  settleOn(winner: UpstreamRequest): void {
    this.#remove(winner);
    for (const one of this.#active.splice(0)) one.release();
    this.stop();
    winner.judge = null;
    this.#facts.upstreamHost = winner.host.addressText;
    this.#owner.onAnswered(winner);
  }

  retries(one: UpstreamRequest, code: FaultCode, isTimeout: boolean): boolean {
    this.#remove(one);
    this.#isBegun ||= one.isBegun;
    if (one.isRetried) return false;
    const state = this.#state;
    const verdict = state.decide(state.wouldRetryFault(code, this.#isBegun));
    if (verdict !== "retry") {
      this.#note(verdict);
      return false;
    }
    one.host.stats.rqError.inc();
    this.#waitFor(state.backOffMs(null, 0), isTimeout);
    return true;
  }

  goesOn(): boolean {
    return this.isPending || this.#active.length > 0;
  }

  hedge(one: UpstreamRequest): void {
    if (one.isRetried) return;
    const verdict = this.#state.decide(true);
    if (verdict !== "retry") return void this.#note(verdict);
    one.isRetried = true;
    this.#waitFor(this.#state.backOffMs(null, 0), true);
  }

  // ----

  #waitFor(backOffMs: number, isTimeout: boolean): void {
    this.isPending = true;
    this.#isTimeout = isTimeout;
    this.#timer.arm(backOffMs);
  }

  #onDue(): void {
    this.isPending = false;
    this.#owner.onRetryDue(this.#isTimeout);
  }

  /** Flags a retry that was wanted and not allowed. Returns whether there was one. */
  #note(verdict: Exclude<RetryVerdict, "retry">): boolean {
    if (verdict === "no") return false;
    this.#facts.flag(verdict === "limit" ? "URX" : "UO");
    return true;
  }

  #remove(one: UpstreamRequest): void {
    const at = this.#active.indexOf(one);
    if (at >= 0) this.#active.splice(at, 1);
    one.judge = null;
  }

  #chargeRetried({ stats }: Cluster, status: number): void {
    if (chargedOrigin(this.#context.config, this.#facts) === null) return;
    stats.retry.rqCompleted.inc();
    stats.retry.rqCodes.count(status);
  }
}
