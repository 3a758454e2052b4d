/**
 * Makes the subscription that a `ConfigSource` asks for: the one place that knows the transports. Whatever subscribes is
 * handed {@link Subscribe} and asks no further.
 *
 * Resources may hold CEL expressions, and updates are taken in plain calls: load their engine (base/cel/cel.ts) before the
 * first subscription starts.
 */
import type { ConfigSource } from "../../config/config_source.ts";
import { type FileContext, FileSubscription } from "./file_subscription.ts";
import type { ResourceWatcher, Subscription } from "./subscription.ts";
import type { SubscriptionStats } from "./subscription_stats.ts";
import { TimedSubscription } from "./timed_subscription.ts";

/** A subscription to resources that are all a message of that name; not yet started. */
export type Subscribe = (
  source: ConfigSource,
  messageName: string,
  stats: SubscriptionStats,
  watcher: ResourceWatcher,
) => Subscription;

/** Subscriptions to what this process can reach. */
export function subscriptionFactory(files: FileContext): Subscribe {
  return (source, messageName, stats, watcher) =>
    new TimedSubscription(
      { timeoutMs: source.initialFetchTimeoutMs, messageName },
      files.loop,
      stats,
      watcher,
      (timed) => new FileSubscription(source, messageName, files, stats, timed),
    );
}
