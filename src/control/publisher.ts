/**
 * Sends workers what changed. Changes of one turn of the event loop go together and keep their order, so that what belongs
 * together is seen together; a great many clusters at once go in several changes, so that no worker is held up for long.
 */
import { usesCel } from "../config/cel_use.ts";
import type { ClusterUpdate, ConfigChange, ListenerUpdate, RoutesUpdate } from "../config/config_change.ts";
import type { MembershipChange } from "../config/host_config.ts";
import type { RuntimeRecord } from "../config/runtime_layers.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import { ConfigState } from "./config_state.ts";

/** What one change may cost a worker, but for a cluster with more hosts than that; in hosts that are new. */
const MAX_COST = 128;
/** Of a cluster without its hosts, be it new or gone: most of it are its figures. */
const CLUSTER_COST = 16;

/** Takes each change to all workers that run. */
export type SendChange = (change: ConfigChange) => void;

export class Publisher {
  /** What has been sent. */
  readonly state: ConfigState = new ConfigState();
  readonly #send: SendChange;
  #node: NodeIdentity | null = null;
  #localCluster: string | null = null;
  #runtime: RuntimeRecord | null = null;
  #listeners: readonly ListenerUpdate[] | null = null;
  #clusters = new Map<string, ClusterUpdate>();
  #members: MembershipChange[] = [];
  #removed = new Set<string>();
  #routes = new Map<string, RoutesUpdate>();
  #isQueued = false;
  #flushed: (generation: number) => void = () => {};

  constructor(send: SendChange) {
    this.#send = send;
  }

  /** Has `listener` told whenever all that waited was sent: the generation that it is in. */
  onFlushed(listener: (generation: number) => void): void {
    this.#flushed = listener;
  }

  /** `localCluster`: the cluster that this proxy is a host of; empty = none is named. */
  setNode(node: NodeIdentity, localCluster: string): void {
    this.#node = node;
    this.#localCluster = localCluster;
    this.#queue();
  }

  setRuntime(runtime: RuntimeRecord): void {
    this.#runtime = runtime;
    this.#queue();
  }

  /** All that shall serve from now on. */
  setListeners(listeners: readonly ListenerUpdate[]): void {
    this.#listeners = listeners;
    this.#queue();
  }

  /** A new object, which takes the place of the one of its name. */
  putCluster(update: ClusterUpdate): void {
    this.#removed.delete(update.config.name);
    this.#clusters.set(update.config.name, update);
    this.#queue();
  }

  removeCluster(name: string): void {
    this.#clusters.delete(name);
    this.#removed.add(name);
    this.#queue();
  }

  changeMembers(change: MembershipChange): void {
    this.#members.push(change);
    this.#queue();
  }

  putRoutes(update: RoutesUpdate): void {
    this.#routes.set(update.key, update);
    this.#queue();
  }

  /** A host turned unhealthy. */
  drainHost(cluster: string, incarnation: number, id: number): void {
    this.changeMembers({ cluster, incarnation, added: [], changed: [], removed: [], failed: [id], policy: null });
  }

  /** Sends what waits now. Returns the generation that all of it is in. */
  flush(): number {
    this.#isQueued = false;
    if (!this.#hasAny()) return this.state.generation;
    const batches = batchesOf([...this.#clusters.values()], ({ hosts }) => CLUSTER_COST + hosts.length);
    const [removedClusters, ...moreRemoved] = batchesOf([...this.#removed], () => CLUSTER_COST);
    const about = { node: this.#node, localCluster: this.#localCluster };
    const listeners = this.#listeners, routes = [...this.#routes.values()];
    // Clusters are made for a place: it is known before the first of them.
    for (const clusters of batches.slice(0, -1)) this.#publish({ ...NOTHING, ...about, clusters });
    this.#publish({
      ...about,
      runtime: this.#runtime,
      clusters: batches.at(-1)!,
      members: this.#members,
      removedClusters: removedClusters!,
      routes,
      listeners,
      usesCel: usesCel([listeners, routes]),
    });
    for (const removedClusters of moreRemoved) this.#publish({ ...NOTHING, removedClusters });
    this.#node =
      this.#localCluster =
      this.#runtime =
      this.#listeners =
        null;
    this.#clusters = new Map();
    this.#members = [];
    this.#removed = new Set();
    this.#routes = new Map();
    this.#flushed(this.state.generation);
    return this.state.generation;
  }

  #hasAny(): boolean {
    return this.#node !== null || this.#runtime !== null || this.#listeners !== null ||
      this.#clusters.size + this.#members.length + this.#removed.size + this.#routes.size > 0;
  }

  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      if (this.#isQueued) this.flush();
    });
  }

  #publish(parts: Omit<ConfigChange, "generation">): void {
    const change = { ...parts, generation: this.state.generation + 1 };
    this.state.apply(change);
    this.#send(change);
  }
}

const NOTHING: Omit<ConfigChange, "generation"> = {
  node: null,
  localCluster: null,
  runtime: null,
  clusters: [],
  members: [],
  removedClusters: [],
  routes: [],
  listeners: null,
  usesCel: false,
};

/** In their order, at least one batch. */
function batchesOf<Item>(items: readonly Item[], costOf: (item: Item) => number): Item[][] {
  const batches: Item[][] = [[]];
  let spent = 0;
  for (const item of items) {
    const cost = costOf(item);
    if (spent > 0 && spent + cost > MAX_COST) {
      batches.push([]);
      spent = 0;
    }
    batches.at(-1)!.push(item);
    spent += cost;
  }
  return batches;
}
