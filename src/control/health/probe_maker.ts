/** How the checks of one configuration ask hosts: what all hosts share is made here, once. */
import { assertNever } from "../../base/errors.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HealthCheckConfig } from "../../config/health_check_config.ts";
import type { ControlHost } from "../cluster/control_host.ts";
import { CheckRequest } from "./check_request.ts";
import type { CheckStats } from "./check_stats.ts";
import { checkAddress } from "./check_target.ts";
import { GrpcProbe } from "./grpc_probe.ts";
import { CHECK_PATH } from "./grpc_message.ts";
import type { HealthCheckContext } from "./health_check_context.ts";
import { Http1Link } from "./http1_link.ts";
import { Http2Link } from "./http2_link.ts";
import { HttpProbe } from "./http_probe.ts";
import type { Probe, ProbeEvents } from "./probe.ts";
import { ProbeContext } from "./probe_context.ts";
import { TcpProbe } from "./tcp_probe.ts";

/** Makes the probe of a host. */
export type ProbeMaker = (host: ControlHost, events: ProbeEvents) => Probe;

/** The maker for one health check of a cluster. */
export function probeMaker(
  check: HealthCheckConfig,
  cluster: ClusterConfig,
  context: HealthCheckContext,
  stats: CheckStats,
): ProbeMaker {
  const { checker } = check;
  const probes = new ProbeContext(check, cluster, context, stats);
  switch (checker.kind) {
    case "tcp":
      return (host, events) => new TcpProbe(host, checker, probes, events);
    case "http": {
      const Link = checker.isHttp2 ? Http2Link : Http1Link;
      const line = { method: checker.method, path: checker.path, version: checker.isHttp2 ? 20 : 11 } as const;
      const request = new CheckRequest(line, checker.requestHeaders, cluster, context.formats);
      return (host, events) =>
        new HttpProbe(
          host,
          checker,
          request,
          probes,
          (link) => new Link(checkAddress(host.endpoint), probes, link),
          events,
        );
    }
    case "grpc": {
      const line = { method: "POST", path: CHECK_PATH, version: 20 } as const;
      const headers = { remove: [], add: checker.initialMetadata };
      const request = new CheckRequest(line, headers, cluster, context.formats);
      return (host, events) =>
        new GrpcProbe(
          host,
          checker,
          request,
          probes,
          (link) => new Http2Link(checkAddress(host.endpoint), probes, link),
          events,
        );
    }
    default:
      return assertNever(checker);
  }
}
