/** Health checks of one host over real sockets on loopback: results are waited for, time is the machine's. */
import assert from "node:assert/strict";
import { SILENT_LOGGER } from "../../src/base/log.ts";
import { Random } from "../../src/base/random.ts";
import type { ClusterConfig } from "../../src/config/cluster_config.ts";
import type { GrpcCheckConfig, HealthCheckConfig } from "../../src/config/health_check_config.ts";
import { ControlHost } from "../../src/control/cluster/control_host.ts";
import { ActiveHealthChecks } from "../../src/control/health/active_health_checks.ts";
import { startFlags } from "../../src/control/health/check_target.ts";
import type { CheckResult } from "../../src/control/health/health_check_context.ts";
import { RuntimeValues } from "../../src/match/runtime_values.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { SocketDialer } from "../../src/transport/deno_net/dialer.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { checkedCluster } from "./health_checks.ts";
import { KeptLogs } from "./kept_lines.ts";
import { formatContext } from "./stream_views.ts";

/** Times of checks that follow each other at once. */
export const SOON =
  "timeout: 5s, interval: 0.01s, no_traffic_interval: 0.01s, unhealthy_threshold: 2, healthy_threshold: 2";

/** No test takes as long. */
const PATIENCE_MS = 20_000;

/** The same check by gRPC: no cluster of a configuration speaks HTTP/2 yet. */
export function asGrpc(config: ClusterConfig, changes: Partial<GrpcCheckConfig> = {}): ClusterConfig {
  const checker: GrpcCheckConfig = { kind: "grpc", serviceName: "", authority: "", initialMetadata: [], ...changes };
  return { ...config, healthChecks: config.healthChecks.map((check): HealthCheckConfig => ({ ...check, checker })) };
}

export class LiveChecks {
  readonly loop: EventLoop = new EventLoop();
  readonly host: ControlHost;
  readonly checks: ActiveHealthChecks;
  readonly results: CheckResult[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void } | null = null;

  constructor(config: ClusterConfig) {
    const [endpoint] = config.assignment.endpoints;
    assert.ok(endpoint !== undefined);
    this.host = new ControlHost(1, 0, endpoint, startFlags(config.healthChecks, endpoint, false), 0);
    this.checks = new ActiveHealthChecks(config, {
      loop: this.loop,
      dialer: new SocketDialer(this.loop),
      random: new Random(7),
      runtime: new RuntimeValues(),
      formats: formatContext({ clock: this.loop.clock }),
      stats: new StatStore(() => {}).scope("cluster.web"),
      eventLogs: new KeptLogs(),
      log: SILENT_LOGGER,
      watcher: { changeFlags: (host, set, cleared) => void (host.flags = host.flags & ~cleared | set) },
      hasHadTraffic: () => true,
    }, {
      onFirstResult: () => {},
      onResult: (_host, result) => {
        this.results.push(result);
        if (this.#waiting !== null && this.results.length >= this.#waiting.count) this.#waiting.resolve();
      },
    });
  }

  /** A stage for a port of loopback with this check. */
  static at(port: number, check: string, change: (config: ClusterConfig) => ClusterConfig = (config) => config) {
    const endpoint = `{address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}}`;
    const stage = new LiveChecks(change(checkedCluster(`{${check}}`, [], [endpoint])));
    stage.checks.add(stage.host);
    return stage;
  }

  /** The first `count` results, as soon as they are there. */
  async first(count: number): Promise<readonly CheckResult[]> {
    if (this.results.length < count) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const limit = setTimeout(() => reject(new Error(`only ${this.results.length} results came`)), PATIENCE_MS);
      this.#waiting = { count, resolve };
      await promise.finally(() => clearTimeout(limit));
    }
    return this.results.slice(0, count);
  }

  /** The texts of the first `count` results. */
  async texts(count: number): Promise<string[]> {
    return (await this.first(count)).map(({ text }) => text);
  }

  /** Ends the checks. */
  close(): void {
    this.checks.close();
    this.loop.stop();
    assert.equal(this.loop.timers.armedCount, 0, "timers are left");
  }
}
