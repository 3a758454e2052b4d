/** What the health checks of a cluster are given, and who hears of their results. */
import type { Logger } from "../../base/log.ts";
import type { Random } from "../../base/random.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { AccessLogSinkSource } from "../../observe/access_log/logger.ts";
import type { FormatContext } from "../../observe/format/format_context.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { Dialer } from "../../transport/transport.ts";
import type { ControlHost, HostWatcher } from "../cluster/control_host.ts";
import type { FailureType } from "./probe.ts";

export interface HealthCheckContext {
  /** Main's. All timers are on its wheel, all results are events of it. */
  readonly loop: EventLoop;
  readonly dialer: Dialer;
  readonly random: Random;
  readonly runtime: RuntimeValues;
  readonly formats: FormatContext;
  /** `cluster.<name>.`; the checks make `health_check.` in it. */
  readonly stats: StatScope;
  /** Files of `event_log_path` and `event_logger`. Whoever owns them reopens and closes them. */
  readonly eventLogs: AccessLogSinkSource;
  /** Envoy's `hc`. */
  readonly log: Logger;
  /** Gets the flags that active checks own; it may add and remove hosts from inside the call. */
  readonly watcher: HostWatcher;
  /** The cluster has ever opened a connection for traffic (spec/upstream.md 5.2). */
  hasHadTraffic(): boolean;
}

/** Hears what checks of a cluster's hosts find. */
export interface HealthCheckEvents {
  /** Every check of the host has had a result, whatever it was. Once for each host; never for one that was removed. */
  onFirstResult(host: ControlHost): void;
  /** Called after the host's flags are set. */
  onResult(host: ControlHost, result: CheckResult): void;
}

/** What one check of one host came to. Times are wall clock, ms. */
export interface CheckResult {
  /** Name of the health check; may be empty. */
  readonly check: string;
  readonly isPass: boolean;
  /** Null = it passed. */
  readonly failure: FailureType | null;
  /** `HTTP 503`, `Connection refused`; `passed`. */
  readonly text: string;
  readonly atMs: number;
  /** How long the check took; 0 for what nobody asked for. */
  readonly tookMs: number;
  readonly nextDueMs: number;
  /** Results of this kind in a row, this one included. */
  readonly consecutive: number;
  /** The check now thinks otherwise of the host: it became healthy or unhealthy, degraded or no longer so. */
  readonly hasChanged: boolean;
}
