/**
 * A listener's HTTP connection manager, compiled on the main thread as a worker compiles it, but serving nobody: what it
 * would do with a request can be asked without sending one. What it counts nobody sees.
 */
import { Random, RandomBytes } from "../../base/random.ts";
import type { FilterChainConfig, ListenerConfig } from "../../config/listener_config.ts";
import type { NodeIdentity } from "../../config/snapshot.ts";
import { FilterRegistry } from "../../filter/registry.ts";
import { ServerHealth } from "../../filter/server_health.ts";
import { HttpDate } from "../../http/date.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { AccessLogServices } from "../../observe/access_log/logger.ts";
import { StatStore } from "../../observe/stats/store.ts";
import { listenerLogOf } from "../../proxy/connection_log.ts";
import { DrainState } from "../../proxy/drain.ts";
import { HcmContext, type WorkerServices } from "../../proxy/hcm_context.ts";
import { ListenerStats } from "../../proxy/hcm_stats.ts";
import { OverloadActions } from "../../proxy/overload.ts";
import { NO_TALLIES } from "../../route/tally.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import { ClusterSet } from "../../upstream/cluster_set.ts";
import { LocalCluster } from "../../upstream/host_set/local_cluster.ts";
import { BUILTIN_HTTP_FILTERS } from "../../worker/builtins.ts";
import { ownAddress } from "../../worker/own_address.ts";
import { RouteTables } from "../../worker/route_tables.ts";

/** Writes nothing anywhere. */
const NO_SINKS: AccessLogServices["sinks"] = { sinkFor: () => ({ openLine: () => null, closeLine() {} }) };

/** What all shadows share; made once. */
export class ShadowServices {
  readonly services: WorkerServices;
  readonly routeTables: RouteTables;

  constructor(node: () => NodeIdentity, runtime: RuntimeValues) {
    const loop = new EventLoop();
    const random = new Random(), health = new ServerHealth(), idBytes = new RandomBytes();
    const own = {
      get node() {
        return node();
      },
    };
    const formats = {
      clock: loop.clock,
      hostname: Deno.hostname(),
      env: (name: string) => Deno.env.get(name),
      get node() {
        return own.node;
      },
      idBytes,
    };
    this.routeTables = new RouteTables(formats, NO_TALLIES);
    this.services = {
      loop,
      stats: new StatStore(() => {}),
      clusters: new ClusterSet(loop.clock, new LocalCluster()),
      routeSlots: this.routeTables,
      runtime,
      registry: new FilterRegistry(BUILTIN_HTTP_FILTERS),
      health,
      random,
      requestIdBytes: idBytes,
      date: new HttpDate(),
      drain: new DrainState(loop.clock, random, health),
      overload: new OverloadActions(random),
      ownAddress: ownAddress(),
      accessLog: {
        sinks: NO_SINKS,
        formats,
        filters: {
          runtime,
          random,
          clock: loop.clock,
          get node() {
            return own.node;
          },
        },
      },
    };
  }

  /** Compiles the connection manager of one filter chain. */
  compile(config: ListenerConfig, chain: FilterChainConfig, node: NodeIdentity): HcmContext {
    const { services } = this, silent = { ...config, accessLogs: [] };
    const stats = new ListenerStats(services.stats, config.statPrefix, 0);
    const manager = { ...chain.filters[0]!, accessLogs: [] };
    return new HcmContext(manager, services, stats, listenerLogOf(silent, services.accessLog, chain), config, node);
  }
}
