/** One runtime layer whose values are told from outside: RTDS (spec/xds.md 9.7, spec/operations.md 7.4). */
import { ConfigError, type ConfigProblem } from "../../base/errors.ts";
import type { ConfigSource } from "../../config/config_source.ts";
import { type ResourceLoader, ResourceType } from "../../config/load_resource.ts";
import type { RuntimeStruct } from "../../config/schema/runtime.ts";
import { problemsText } from "./refusal_text.ts";
import type { ResourceUpdate, ResourceWatcher, Subscription, UpdateFailure } from "./subscription.ts";
import type { Subscribe } from "./subscription_factory.ts";
import type { SubscriptionStats } from "./subscription_stats.ts";

/** Hears of the layer. */
export interface RuntimeDiscoveryEvents {
  /** These are the layer's values from now on, nested objects not yet joined with dots. */
  onValues(values: RuntimeStruct, version: string): void;
  /** What came was not taken, or what should have come cannot be read: what was there stays. */
  onRefused(reason: string): void;
  /** The first result is in, whatever it was. Called once. */
  onFirstResult(): void;
}

/** Which layer. */
export interface RuntimeResourceName {
  /** Of the resource; the layer's own name is another. */
  readonly name: string;
  readonly source: ConfigSource;
}

export class RuntimeDiscovery implements ResourceWatcher {
  readonly #name: string;
  readonly #loader: ResourceLoader;
  readonly #events: RuntimeDiscoveryEvents;
  readonly #subscription: Subscription;
  #isWaiting = true;
  #isClosed = false;

  /** `stats`: under `runtime`, which all such layers share. */
  constructor(
    { name, source }: RuntimeResourceName,
    loader: ResourceLoader,
    subscribe: Subscribe,
    stats: SubscriptionStats,
    events: RuntimeDiscoveryEvents,
  ) {
    this.#name = name;
    this.#loader = loader;
    this.#events = events;
    this.#subscription = subscribe(source, ResourceType.runtime, stats, this);
  }

  /** Calls {@link RuntimeDiscoveryEvents} from now on, possibly before it returns. */
  start(): void {
    this.#subscription.start([this.#name]);
  }

  /** No call comes after it. */
  close(): void {
    this.#isClosed = true;
    this.#subscription.close();
  }

  onUpdate(update: ResourceUpdate): ConfigProblem[] | null {
    const problems = this.#read(update);
    if (problems !== null && !this.#isClosed) this.#events.onRefused(problemsText(problems));
    return problems;
  }

  onFailure(failure: UpdateFailure, text: string): void {
    if (failure === "connection") return;
    if (!this.#isClosed) this.#events.onRefused(text);
    this.#endWait();
  }

  #read({ version, resources, removed }: ResourceUpdate): ConfigProblem[] | null {
    const [resource] = resources;
    if (resources.length + removed.length !== 1) {
      const reason = `Unexpected RTDS resource length, number of added resources ${resources.length}, number of ` +
        `removed resources ${removed.length}`;
      return [{ path: "", reason }];
    }
    if (resource === undefined) {
      this.#take({}, version);
      return null;
    }
    try {
      const { name, values } = this.#loader.runtime(resource).config;
      if (name !== this.#name) {
        return [{ path: "", reason: `Unexpected RTDS runtime (expecting ${this.#name}): ${name}` }];
      }
      this.#take(values, version);
      return null;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return [...error.problems];
    }
  }

  #take(values: RuntimeStruct, version: string): void {
    this.#events.onValues(values, version);
    this.#endWait();
  }

  #endWait(): void {
    if (!this.#isWaiting || this.#isClosed) return;
    this.#isWaiting = false;
    this.#events.onFirstResult();
  }
}
