/**
 * `envoy.config.core.v3.HealthCheck` and what endpoints say of being checked (spec/upstream.md 5.1, 5.3). Hosts are checked
 * over plain sockets; checkers that Envoy has as extensions are refused by name.
 */

import { z } from "zod";
import type { EndpointHealthCheckConfig, HealthCheckConfig } from "../health_check_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { addressSchema, isIpAddress } from "./address.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, duration, flag, list, number, text } from "./field.ts";
import { grpcCheckSchema, httpCheckSchema, tcpCheckSchema } from "./health_checker.ts";

const DEFAULT_NO_TRAFFIC_INTERVAL_MS = 60_000;

/** Where results are written, by type URL. */
export const checkEventSinks: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink`, {
    schema: z.strictObject({ event_log_path: text() }),
    isTerminal: false,
  }],
]);

const UNSET = -1;

const NO_CHECKER = tcpCheckSchema.parse({});

const healthCheckSchema = z.strictObject({
  name: text(),
  timeout: duration(0),
  interval: duration(0),
  initial_jitter: duration(0),
  interval_jitter: duration(0),
  interval_jitter_percent: number(0),
  unhealthy_threshold: number(0),
  healthy_threshold: number(0),
  no_traffic_interval: duration(DEFAULT_NO_TRAFFIC_INTERVAL_MS),
  no_traffic_healthy_interval: duration(UNSET),
  unhealthy_interval: duration(UNSET),
  unhealthy_edge_interval: duration(UNSET),
  healthy_edge_interval: duration(UNSET),
  reuse_connection: flag(true),
  http_health_check: httpCheckSchema.optional(),
  tcp_health_check: tcpCheckSchema.optional(),
  grpc_health_check: grpcCheckSchema.optional(),
  event_log_path: text(),
  event_logger: list(namedExtension({
    what: "health check event sink",
    packagePrefix: "envoy.extensions.health_check.event_sinks.",
    schemas: checkEventSinks,
  })),
  always_log_health_check_failures: flag(false),
  always_log_health_check_success: flag(false),
}).transform((message): HealthCheckConfig => {
  const { http_health_check: http, tcp_health_check: tcp, grpc_health_check: grpc } = message;
  const { interval, no_traffic_interval: noTraffic, event_log_path: path } = message;
  const or = (value: number, unset: number) => value === UNSET ? unset : value;
  const unhealthyInterval = or(message.unhealthy_interval, interval);
  const sinkPaths = message.event_logger.map(({ config }) => (config as { event_log_path: string }).event_log_path);
  return {
    name: message.name,
    timeoutMs: message.timeout,
    unhealthyThreshold: message.unhealthy_threshold,
    healthyThreshold: message.healthy_threshold,
    intervals: {
      intervalMs: interval,
      noTrafficIntervalMs: noTraffic,
      noTrafficHealthyIntervalMs: or(message.no_traffic_healthy_interval, noTraffic),
      unhealthyIntervalMs: unhealthyInterval,
      unhealthyEdgeIntervalMs: or(message.unhealthy_edge_interval, unhealthyInterval),
      healthyEdgeIntervalMs: or(message.healthy_edge_interval, interval),
      initialJitterMs: message.initial_jitter,
      jitterMs: message.interval_jitter,
      jitterPercent: message.interval_jitter_percent,
    },
    reuseConnection: message.reuse_connection,
    // Where there is none, the descriptors' check refuses the message.
    checker: http ?? tcp ?? grpc ?? NO_CHECKER,
    eventLog: {
      paths: path === "" ? sinkPaths : [path, ...sinkPaths],
      alwaysLogFailures: message.always_log_health_check_failures,
      alwaysLogSuccess: message.always_log_health_check_success,
    },
  };
});

/** `Cluster.health_checks`. */
export const healthChecksSchema = list(healthCheckSchema).transform((checks, context): readonly HealthCheckConfig[] => {
  const names = new Set<string>();
  checks.forEach(({ name, checker }, index) => {
    if (checker.kind === "grpc") {
      // No cluster speaks HTTP/2 yet.
      addInvalid(context, checks, [index], "a cluster must support HTTP/2 for gRPC healthchecking");
    }
    if (checks.length === 1) return;
    if (name === "") {
      const reason = `health check at index ${index} is missing a name; all health checks must have a name when ` +
        "multiple health checks are configured";
      addInvalid(context, checks, [index, "name"], reason);
    } else if (names.has(name)) {
      const reason = `duplicate health check name '${name}' at index ${index}; all health check names must be unique ` +
        "within a cluster";
      addInvalid(context, checks, [index, "name"], reason);
    }
    names.add(name);
  });
  return checks;
});

/** `Endpoint.HealthCheckConfig`. */
export const endpointHealthCheckSchema = z.strictObject({
  port_value: number(0),
  hostname: text(),
  address: addressSchema.optional(),
  disable_active_health_check: flag(false),
}).transform((message, context): EndpointHealthCheckConfig => {
  const address = message.address ?? null;
  if (address?.kind === "ip" && !isIpAddress(address.host)) {
    addInvalid(
      context,
      message,
      ["address", "socket_address", "address"],
      `malformed IP address: ${address.host}`,
    );
  }
  return {
    port: message.port_value,
    hostname: message.hostname,
    address,
    isDisabled: message.disable_active_health_check,
  };
});
