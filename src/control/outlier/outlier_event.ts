/**
 * What outlier detection tells the world: one event for each ejection, enforced or not, and for each return, and its line in
 * the log (spec/upstream.md 6.4): `envoy.data.cluster.v3.OutlierDetectionEvent` as JSON, all plain fields printed.
 */
import type { EjectionKind } from "../../config/outlier_config.ts";
import type { SocketAddress } from "../../config/socket_address.ts";
import type { AccessLogSink } from "../../observe/access_log/access_log_sink.ts";
import { addressText } from "../../base/address_text.ts";
import { writeEvent } from "../event_line.ts";
import type { ClusterRates } from "./success_rates.ts";

/** One ejection or return. */
export interface OutlierEvent {
  readonly cluster: string;
  readonly address: SocketAddress;
  readonly wallMs: number;
  /** Since the opposite happened to the host; null = it never did. */
  readonly sinceLastActionMs: number | null;
  /** Of the host, so far. */
  readonly ejections: number;
  /** Null = the host is back. */
  readonly ejection: OutlierEjection | null;
}

/** What an ejection is about. */
export interface OutlierEjection {
  readonly kind: EjectionKind;
  /** False: it was detected and, by chance, left where it is. */
  readonly isEnforced: boolean;
  /** Percent; of ejections by rates. */
  readonly hostSuccessRate: number;
  readonly clusterRates: ClusterRates;
}

/** Hears of them. */
export interface OutlierEvents {
  onOutlierEvent(event: OutlierEvent): void;
}

/** Writes each event as a line. */
export class OutlierEventLog implements OutlierEvents {
  readonly #sinks: readonly AccessLogSink[];

  constructor(sink: AccessLogSink) {
    this.#sinks = [sink];
  }

  onOutlierEvent(event: OutlierEvent): void {
    writeEvent(this.#sinks, eventJson(event));
  }
}

const TYPES: Readonly<Record<EjectionKind, string>> = {
  consecutive_5xx: "CONSECUTIVE_5XX",
  consecutive_gateway_failure: "CONSECUTIVE_GATEWAY_FAILURE",
  consecutive_local_origin_failure: "CONSECUTIVE_LOCAL_ORIGIN_FAILURE",
  success_rate: "SUCCESS_RATE",
  local_origin_success_rate: "SUCCESS_RATE_LOCAL_ORIGIN",
  failure_percentage: "FAILURE_PERCENTAGE",
  local_origin_failure_percentage: "FAILURE_PERCENTAGE_LOCAL_ORIGIN",
};

/** Of a return Envoy sets no type: the first one shows. */
function eventJson({ cluster, address, wallMs, sinceLastActionMs, ejections, ejection }: OutlierEvent) {
  return {
    type: TYPES[ejection?.kind ?? "consecutive_5xx"],
    timestamp: new Date(wallMs).toISOString().replace(".000Z", "Z"),
    ...sinceLastActionMs === null ? {} : { secs_since_last_action: String(Math.floor(sinceLastActionMs / 1000)) },
    cluster_name: cluster,
    upstream_url: addressText(address),
    action: ejection === null ? "UNEJECT" : "EJECT",
    num_ejections: ejections,
    enforced: ejection?.isEnforced ?? false,
    ...ejection === null ? {} : detailsOf(ejection),
  };
}

function detailsOf({ kind, hostSuccessRate, clusterRates }: OutlierEjection) {
  const host_success_rate = wholePercent(hostSuccessRate);
  switch (kind) {
    case "success_rate":
    case "local_origin_success_rate":
      return {
        eject_success_rate_event: {
          host_success_rate,
          cluster_average_success_rate: wholePercent(clusterRates.average),
          cluster_success_rate_ejection_threshold: wholePercent(clusterRates.ejectionThreshold),
        },
      };
    case "failure_percentage":
    case "local_origin_failure_percentage":
      return { eject_failure_percentage_event: { host_success_rate } };
    default:
      return { eject_consecutive_event: {} };
  }
}

/** The message has whole numbers without a sign. */
function wholePercent(value: number): number {
  return Math.max(0, Math.floor(value));
}
