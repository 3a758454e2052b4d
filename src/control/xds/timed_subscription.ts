/**
 * A subscription whose first answer is waited for no longer than `initial_fetch_timeout` (spec/xds.md 8.4). The wait ends
 * with the first update, taken or refused; a lost connection does not end it. Whatever comes later counts all the same.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { ConfigProblem } from "../../base/errors.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { ResourceUpdate, ResourceWatcher, Subscription, UnfitUpdate, UpdateFailure } from "./subscription.ts";
import type { SubscriptionStats } from "./subscription_stats.ts";

/** How long, and what for. */
export interface FirstWait {
  /** 0 = for ever. */
  readonly timeoutMs: number;
  /** Full name of the message that is waited for. */
  readonly messageName: string;
}

export class TimedSubscription implements Subscription, ResourceWatcher {
  readonly #wait: FirstWait;
  readonly #loop: EventLoop;
  readonly #stats: SubscriptionStats;
  readonly #watcher: ResourceWatcher;
  readonly #inner: Subscription;
  readonly #timer: Timer;

  /** `open` makes the subscription that is waited for, with this one as its watcher. */
  constructor(
    wait: FirstWait,
    loop: EventLoop,
    stats: SubscriptionStats,
    watcher: ResourceWatcher,
    open: (watcher: ResourceWatcher) => Subscription,
  ) {
    this.#wait = wait;
    this.#loop = loop;
    this.#stats = stats;
    this.#watcher = watcher;
    this.#timer = new Timer(loop.timers, () => this.#onTimeout());
    this.#inner = open(this);
  }

  start(names: readonly string[]): void {
    this.#loop.clock.refresh();
    if (this.#wait.timeoutMs > 0) this.#timer.arm(this.#wait.timeoutMs);
    this.#inner.start(names);
  }

  update(names: readonly string[]): void {
    this.#inner.update(names);
  }

  close(): void {
    this.#timer.cancel();
    this.#inner.close();
  }

  onUpdate(update: ResourceUpdate): ConfigProblem[] | null | Promise<ConfigProblem[] | null> {
    this.#timer.cancel();
    return this.#watcher.onUpdate(update);
  }

  onFailure(failure: UpdateFailure, text: string, unfit?: UnfitUpdate): void {
    if (failure === "rejected") this.#timer.cancel();
    this.#watcher.onFailure(failure, text, unfit);
  }

  #onTimeout(): void {
    this.#stats.onFetchTimeout();
    this.#watcher.onFailure("timeout", `initial fetch timed out for ${this.#wait.messageName}`);
  }
}
