/**
 * Lines about health changes into the files of `event_log_path` and `event_logger`: `HealthCheckEvent` as JSON, fields in
 * the order of their numbers and with their defaults, as Envoy writes them (spec/upstream.md 5.1). Who makes the files
 * also reopens them.
 */
import type { CheckerConfig, HealthCheckConfig } from "../../config/health_check_config.ts";
import type { EndpointConfig } from "../../config/cluster_config.ts";
import type { SocketAddress } from "../../config/socket_address.ts";
import type { AccessLogSink } from "../../observe/access_log/access_log_sink.ts";
import type { AccessLogSinkSource } from "../../observe/access_log/logger.ts";
import { writeEvent } from "../event_line.ts";
import type { CheckFailure } from "./probe.ts";

const CHECKER_TYPES: Readonly<Record<CheckerConfig["kind"], string>> = { http: "HTTP", tcp: "TCP", grpc: "GRPC" };

/** The part of an event that says what happened, as a JSON member. */
type Happening =
  | "eject_unhealthy_event"
  | "add_healthy_event"
  | "health_check_failure_event"
  | "degraded_healthy_host"
  | "no_longer_degraded_host"
  | "successful_health_check_event";

/** The one field whose number lies before that of `timestamp`, or behind that of `locality`. */
const BEFORE_TIMESTAMP: ReadonlySet<Happening> = new Set(["eject_unhealthy_event", "add_healthy_event"]);
const BEHIND_LOCALITY: Happening = "successful_health_check_event";

export class CheckEventLog {
  readonly alwaysLogsFailures: boolean;
  readonly alwaysLogsSuccess: boolean;
  readonly #sinks: readonly AccessLogSink[];
  readonly #checkerType: string;
  readonly #cluster: string;

  constructor(config: HealthCheckConfig, cluster: string, sinks: AccessLogSinkSource) {
    const { paths, alwaysLogFailures, alwaysLogSuccess } = config.eventLog;
    this.alwaysLogsFailures = alwaysLogFailures;
    this.alwaysLogsSuccess = alwaysLogSuccess;
    this.#sinks = paths.map((path) => sinks.sinkFor({ sink: "file", path }));
    this.#checkerType = CHECKER_TYPES[config.checker.kind];
    this.#cluster = cluster;
  }

  /** The host became healthy. */
  added(endpoint: EndpointConfig, wallMs: number, isFirstCheck: boolean): void {
    this.#write(endpoint, wallMs, "add_healthy_event", { first_check: isFirstCheck });
  }

  /** The host became unhealthy. */
  ejected(endpoint: EndpointConfig, wallMs: number, { type, httpStatus }: CheckFailure): void {
    this.#write(endpoint, wallMs, "eject_unhealthy_event", { failure_type: type, http_status_code: httpStatus });
  }

  failed(endpoint: EndpointConfig, wallMs: number, { type, httpStatus }: CheckFailure, isFirstCheck: boolean): void {
    const event = { failure_type: type, first_check: isFirstCheck, http_status_code: httpStatus };
    this.#write(endpoint, wallMs, "health_check_failure_event", event);
  }

  passed(endpoint: EndpointConfig, wallMs: number): void {
    this.#write(endpoint, wallMs, BEHIND_LOCALITY, {});
  }

  /** The host became degraded, or is so no more. */
  degraded(endpoint: EndpointConfig, wallMs: number, isDegraded: boolean): void {
    this.#write(endpoint, wallMs, isDegraded ? "degraded_healthy_host" : "no_longer_degraded_host", {});
  }

  #write({ address, locality }: EndpointConfig, wallMs: number, what: Happening, event: object): void {
    if (this.#sinks.length === 0) return;
    const head = { health_checker_type: this.#checkerType, host: addressMessage(address), cluster_name: this.#cluster };
    const happening = { [what]: event };
    writeEvent(this.#sinks, {
      ...head,
      ...(BEFORE_TIMESTAMP.has(what) ? happening : {}),
      timestamp: new Date(wallMs).toISOString(),
      ...(BEFORE_TIMESTAMP.has(what) || what === BEHIND_LOCALITY ? {} : happening),
      locality: { region: locality.region, zone: locality.zone, sub_zone: locality.subZone },
      ...(what === BEHIND_LOCALITY ? happening : {}),
    });
  }
}

/** `core.v3.Address` with all its defaults. */
function addressMessage(address: SocketAddress): object {
  if (address.kind === "pipe") return { pipe: { path: address.path, mode: address.mode } };
  return {
    socket_address: {
      protocol: "TCP",
      address: address.host,
      port_value: address.port,
      resolver_name: "",
      ipv4_compat: false,
      network_namespace_filepath: "",
    },
  };
}
