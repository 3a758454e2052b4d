/** What the probes of one health check have in common, whichever host they ask. */
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HealthCheckConfig } from "../../config/health_check_config.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { ConnectionOptions } from "../../transport/transport.ts";
import type { CheckStats } from "./check_stats.ts";
import type { HealthCheckContext } from "./health_check_context.ts";

/** Responses to checks are small. */
const IDLE_READ_BYTES = 1024;

export class ProbeContext {
  readonly check: HealthCheckConfig;
  readonly cluster: ClusterConfig;
  readonly context: HealthCheckContext;
  readonly stats: CheckStats;
  readonly connectionOptions: ConnectionOptions;
  /** Two of the cluster's counters that connections of HTTP checks move, as in Envoy. */
  readonly protocolErrors: Counter;
  readonly idleTimeouts: Counter;

  constructor(check: HealthCheckConfig, cluster: ClusterConfig, context: HealthCheckContext, stats: CheckStats) {
    this.check = check;
    this.cluster = cluster;
    this.context = context;
    this.stats = stats;
    this.connectionOptions = {
      bufferLimitBytes: cluster.perConnectionBufferLimitBytes,
      idleReadBytes: IDLE_READ_BYTES,
      tcpKeepalive: cluster.tcpKeepalive,
    };
    this.protocolErrors = context.stats.counter("upstream_cx_protocol_error");
    this.idleTimeouts = context.stats.counter("upstream_cx_idle_timeout");
  }
}
