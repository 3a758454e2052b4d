/** Listeners that come by LDS: each response is held against what there is (spec/xds.md 9.3). */
import { ConfigError, type ConfigProblem, problemText } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { ListenerConfig } from "../../config/listener_config.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import type { ReceivedResource, ResourceUpdate, ResourceWatcher, UpdateFailure } from "../xds/subscription.ts";
import { listenerContent } from "./listener_content.ts";
import type { ListenerManager } from "./listener_manager.ts";
import type { ListenerResource } from "./listener_version.ts";

/** What a {@link ListenerDiscovery} needs. */
export interface DiscoveryContext {
  readonly manager: ListenerManager;
  /** Checks a resource; throws ConfigError. */
  readonly read: (resource: ReceivedResource) => ListenerConfig;
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

export class ListenerDiscovery implements ResourceWatcher {
  readonly #context: DiscoveryContext;
  #errors: readonly ListenerError[] = [];
  #version = "";
  #hasResult = false;

  constructor(context: DiscoveryContext) {
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
    if (errors.length > 0) return [{ path: "", reason: refusalText(errors) }];
    this.#version = update.version;
    return null;
  }

  onFailure(failure: UpdateFailure): void {
    if (failure !== "connection") this.#answer();
  }

  #read(received: ReceivedResource): ListenerResource | ListenerError {
    const { name, message, version } = received;
    try {
      const config = this.#context.read(received);
      return { config, message, version, content: listenerContent(message) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const details = error.problems.map(problemText).join("; ");
      return { name, message, details, version, attemptMs: this.#context.nowMs() };
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

/** As Envoy says it of an LDS update. */
function refusalText(errors: readonly ListenerError[]): string {
  return `Error adding/updating listener(s) ${errors.map(({ name, details }) => `${name}: ${details}\n`).join("")}`;
}
