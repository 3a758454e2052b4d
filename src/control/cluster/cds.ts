/**
 * Clusters that come from outside: each response is all there are (spec/xds.md 7.3, 9.1).
 *
 * One that is refused keeps its last good version, and the others of its response are taken; a second one of a name is
 * refused. What the bootstrap has under a name is not touched. What is named no more goes.
 */
import { ConfigError, type ConfigProblem } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { contentHash } from "../../config/content_hash.ts";
import type { ReceivedResource } from "../../config/discovery_response.ts";
import type { ResourceLoader } from "../../config/load_resource.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import { problemsText, refusedClusters, type RefusedResource } from "../xds/refusal_text.ts";
import type { ResourceUpdate, ResourceWatcher, UpdateFailure } from "../xds/subscription.ts";
import type { ClusterManager } from "./cluster_manager.ts";

/** A cluster that was refused, until a response comes that can be read. */
export interface RefusedCluster {
  readonly name: string;
  readonly message: CanonicalMessage;
  readonly details: string;
  /** Wall clock. */
  readonly atMs: number;
}

/** What a {@link Cds} works on. */
export interface CdsContext {
  readonly manager: ClusterManager;
  readonly loader: ResourceLoader;
  readonly log: Logger;
  /** Wall clock. */
  readonly nowMs: () => number;
  /** `cluster_manager.cds.` */
  readonly scope: StatScope;
  /** The first result is in, whatever it was. Called once. */
  readonly onFirstResult: () => void;
}

export class Cds implements ResourceWatcher {
  readonly #context: CdsContext;
  readonly #reload: Counter;
  readonly #reloadTimeMs: Gauge;
  #version = "";
  #refused: RefusedCluster[] = [];
  #lastError = "";
  #isWaiting = true;

  constructor(context: CdsContext) {
    this.#context = context;
    this.#reload = context.scope.counter("config_reload");
    this.#reloadTimeMs = context.scope.gauge("config_reload_time_ms");
  }

  /** Of the last response that changed any cluster, be it one that was refused in part. */
  get version(): string {
    return this.#version;
  }

  /** Of the last response that could be read. */
  get refused(): readonly RefusedCluster[] {
    return this.#refused;
  }

  /** The first result is awaited. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Why the last update was not taken, or did not come; empty = it was. */
  get lastError(): string {
    return this.#lastError;
  }

  onUpdate(update: ResourceUpdate): ConfigProblem[] | null {
    const refused: RefusedResource[] = [];
    this.#refused = [];
    const changed = this.#put(update.resources, refused);
    const removed = this.#remove(update);
    if (changed + removed > 0) this.#version = update.version;
    // A response that is taken in part is no reload, as in Envoy.
    if (changed + removed > 0 && refused.length === 0) {
      this.#reload.inc();
      this.#reloadTimeMs.set(this.#context.nowMs());
    }
    this.#context.log.info(`cds: add ${update.resources.length} cluster(s), remove ${removed} cluster(s)`);
    const problem = refused.length === 0 ? null : refusedClusters(refused);
    this.#lastError = problem?.reason ?? "";
    this.#endWait();
    return problem === null ? null : [problem];
  }

  onFailure(failure: UpdateFailure, text: string): void {
    this.#lastError = text;
    if (failure !== "connection") this.#endWait();
  }

  /** Returns how many of them are new or different. */
  #put(resources: readonly ReceivedResource[], refused: RefusedResource[]): number {
    const { manager, log } = this.#context;
    const names = new Set<string>();
    let changed = 0;
    for (const resource of resources) {
      const { message, version } = resource, name = clusterName(resource);
      try {
        if (names.has(name)) throw new ConfigError([{ path: "", reason: `duplicate cluster ${name} found` }]);
        names.add(name);
        const hash = contentHash(message);
        if (manager.isUnchanged(name, hash)) continue;
        const { config, warnings } = this.#load(name, resource);
        if (warnings.length > 0) log.warning(`cds: cluster '${name}': ${problemsText(warnings)}`);
        const outcome = manager.put({ config, hash, version, message }, false);
        if (outcome === "added" || outcome === "modified") changed++;
        log.debug(`cds: add/update cluster '${name}'${outcome === "locked" ? " skipped" : ""}`);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refused.push({ name, message, problems: error.problems });
        const details = problemsText(error.problems);
        this.#refused.push({ name, message, details, atMs: this.#context.nowMs() });
      }
    }
    return changed;
  }

  /** Envoy counts a cluster as it begins to make it: one that is refused then is counted too. */
  #load(name: string, resource: ReceivedResource) {
    try {
      return this.#context.loader.cluster(resource);
    } catch (error) {
      this.#context.manager.countRefused(name);
      throw error;
    }
  }

  #remove({ resources, removed, isFullSet }: ResourceUpdate): number {
    const { manager } = this.#context;
    const named = new Set(resources.map(clusterName));
    const gone = isFullSet ? manager.dynamicNames.filter((name) => !named.has(name)) : removed;
    return gone.filter((name) => manager.remove(name)).length;
  }

  #endWait(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#context.onFirstResult();
  }
}

/** Its own, whatever the wrapper it came in says. */
function clusterName({ message }: ReceivedResource): string {
  return String(message["name"] ?? "");
}
