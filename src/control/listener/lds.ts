/** Listeners that come by LDS: each response is held against what there is (spec/xds.md 9.3). */
import { ConfigError, type ConfigProblem } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { ReceivedResource } from "../../config/discovery_response.ts";
import type { ResourceLoader } from "../../config/load_resource.ts";
import type { KnownClusters } from "../../config/references.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import { problemsText, refusedListeners } from "../xds/refusal_text.ts";
import type { ResourceUpdate, ResourceWatcher, UpdateFailure } from "../xds/subscription.ts";
import { listenerContent } from "./listener_content.ts";
import type { ListenerManager } from "./listener_manager.ts";
import type { ListenerResource } from "./listener_version.ts";

/** What a {@link Lds} needs. */
export interface LdsContext {
  readonly manager: ListenerManager;
  readonly loader: Pick<ResourceLoader, "listener">;
  readonly clusters: KnownClusters;
  /** Wall clock. */
  readonly nowMs: () => number;
  /** The logger `upstream`. */
  readonly log: Logger;
  /** The first answer is in, whatever it was. Called once. */
  readonly onFirstResult: () => void;
}

/** A listener of the last update that was not taken: `error_state` in Envoy's dump. */
export interface ListenerError {
  readonly name: string;
  readonly message: CanonicalMessage;
  readonly details: string;
  readonly version: string;
  /** Wall clock. */
  readonly attemptMs: number;
}

export class Lds implements ResourceWatcher {
  readonly #context: LdsContext;
  #errors: readonly ListenerError[] = [];
  #version = "";
  #hasResult = false;

  constructor(context: LdsContext) {
    this.#context = context;
  }

  /** Of the last update. */
  get errors(): readonly ListenerError[] {
    return this.#errors;
  }

  /** Of the last update that was taken as a whole. */
  get version(): string {
    return this.#version;
  }

  async onUpdate(update: ResourceUpdate): Promise<ConfigProblem[] | null> {
    const { manager, log } = this.#context;
    const resources: ListenerResource[] = [], errors: ListenerError[] = [];
    for (const received of update.resources) {
      const read = this.#read(received);
      if ("details" in read) errors.push(read);
      else resources.push(read);
    }
    const removed = this.#removedBy(update, resources);
    for (const name of removed) log.info(`lds: remove listener '${name}'`);
    for (const { resource: { config, message, version }, reason } of await manager.update(removed, resources)) {
      errors.push({ name: config.name, message, details: reason, version, attemptMs: this.#context.nowMs() });
    }
    for (const { name, details } of errors) log.warning(`lds: listener '${name}' config rejected: ${details}`);
    this.#errors = errors;
    this.#answer();
    if (errors.length > 0) {
      const refused = errors.map(({ name, message, details }) => {
        return { name, message, problems: [{ path: "", reason: details }] };
      });
      return [refusedListeners(refused)];
    }
    this.#version = update.version;
    return null;
  }

  onFailure(failure: UpdateFailure): void {
    if (failure !== "connection") this.#answer();
  }

  #read(received: ReceivedResource): ListenerResource | ListenerError {
    const { name, message, version } = received;
    try {
      const { loader, clusters, log } = this.#context;
      const { config: { isNamed: _, ...config }, warnings } = loader.listener(received, clusters);
      if (warnings.length > 0) log.warning(`lds: listener '${name}': ${problemsText(warnings)}`);
      return { config, message, version, content: listenerContent(message) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { name, message, details: problemsText(error.problems), version, attemptMs: this.#context.nowMs() };
    }
  }

  /** What is in the response is not gone, though it may be wrong. */
  #removedBy({ resources, removed, isFullSet }: ResourceUpdate, read: readonly ListenerResource[]): string[] {
    const { dynamicNames } = this.#context.manager;
    // One without a name has that of its address.
    const present = new Set([...resources.map(({ name }) => name), ...read.map(({ config }) => config.name)]);
    const gone = new Set(removed);
    return dynamicNames.filter((name) => isFullSet ? !present.has(name) : gone.has(name));
  }

  #answer(): void {
    if (this.#hasResult) return;
    this.#hasResult = true;
    this.#context.onFirstResult();
  }
}
