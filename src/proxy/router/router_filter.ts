/**
 * The router: the terminal HTTP filter. It turns the chosen route into an answer: a direct response, or a request to a
 * host of a cluster, and hands the host's response back (spec/http.md 10.3, in this order: route, direct response, cluster,
 * timeouts, host, finalised head, upstream request).
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import { fault } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { DirectResponseConfig, RouterConfig } from "../../config/snapshot.ts";
import type { HttpFilterDefinition } from "../../filter/define.ts";
import type { HttpFilter, HttpFilterFactory, StreamHandle } from "../../filter/http_filter.ts";
import { localReply } from "../../filter/local_reply.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { ForwardAction } from "../../route/route_entry.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { ClusterSet } from "../../upstream/cluster_set.ts";
import { chargeLocalAnswer } from "./charge.ts";
import { globalTimeoutMs } from "./timeouts.ts";
import { UpstreamRequest } from "./upstream_request.ts";

const NO_ROUTE = localReply(404, "", "route_not_found", { flag: "NR" });
const NO_HEALTHY_UPSTREAM = fault("local", "stream", "no_healthy_upstream", "no healthy upstream");
const TIMEOUT = fault("upstream", "stream", "timeout", "upstream request timeout");

export const ROUTER_TYPE_URL = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** The router's place in the list of built-ins. */
export const routerDefinition: HttpFilterDefinition = {
  typeUrl: ROUTER_TYPE_URL,
  isTerminal: true,
  createFactory: (config, services) => new RouterFactory(config as RouterConfig, services),
};

/** What all streams of one chain share. */
export class RouterFactory implements HttpFilterFactory {
  readonly config: RouterConfig;
  readonly clusters: ClusterSet;
  readonly rqTotal: Counter;
  readonly noRoute: Counter;
  readonly noCluster: Counter;
  readonly directResponse: Counter;
  readonly resetAfterStart: Counter;

  constructor(config: RouterConfig, { clusters, stats }: FilterServices) {
    this.config = config;
    this.clusters = clusters;
    this.rqTotal = stats.counter("rq_total");
    this.noRoute = stats.counter("no_route");
    this.noCluster = stats.counter("no_cluster");
    this.directResponse = stats.counter("rq_direct_response");
    this.resetAfterStart = stats.counter("rq_reset_after_downstream_response_started");
  }

  create(stream: StreamHandle): HttpFilter {
    return new RouterFilter(this, stream);
  }
}

export class RouterFilter implements HttpFilter {
  readonly factory: RouterFactory;
  readonly stream: StreamHandle;
  #upstream: UpstreamRequest | null = null;
  #timer: Timer | null = null;
  #timeoutMs = 0;

  constructor(factory: RouterFactory, stream: StreamHandle) {
    this.factory = factory;
    this.stream = stream;
  }

  decodeHead(endStream: boolean): void {
    const { factory, stream } = this, { route, facts } = stream;
    factory.rqTotal.inc();
    if (route === null) {
      factory.noRoute.inc();
      return stream.sendLocalReply(NO_ROUTE);
    }
    facts.routeName = route.name;
    const { action } = route;
    if (action.kind === "direct_response") return this.#respondDirectly(action);
    const cluster = factory.clusters.find(action.cluster);
    if (cluster === null) {
      factory.noCluster.inc();
      return stream.sendLocalReply(localReply(action.clusterNotFoundStatus, "", "cluster_not_found", { flag: "NC" }));
    }
    facts.upstreamCluster = cluster.config.observabilityName;
    this.#forward(action, cluster, endStream);
  }

  decodeBody(block: ByteBlock, start: number, end: number): void {
    this.#upstream?.sendBody(block, start, end);
  }

  decodeTrailers(trailers: HeaderList): void {
    this.#upstream?.sendTrailers(trailers);
  }

  decodeEnd(): void {
    this.#startTimeout();
    this.#upstream?.sendEnd();
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#upstream?.readDisable(isBlocked);
  }

  destroy(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const upstream = this.#upstream;
    this.#upstream = null;
    upstream?.cancel();
  }

  // ----

  #forward(action: ForwardAction, cluster: Cluster, endStream: boolean): void {
    const { factory, stream } = this, { headers } = stream.request;
    this.#timeoutMs = globalTimeoutMs(action, headers, factory.config.respectExpectedRqTimeout);
    const host = cluster.pickHost();
    if (host === null) {
      chargeLocalAnswer(cluster, 503, factory.config.dynamicStats);
      return stream.fail(NO_HEALTHY_UPSTREAM);
    }
    stream.facts.upstreamHost = host.addressText;
    const addsHeaders = !factory.config.suppressEnvoyHeaders;
    if (addsHeaders && this.#timeoutMs > 0) {
      headers.remove(HeaderId.xEnvoyExpectedRqTimeoutMs);
      headers.openLine(HeaderId.xEnvoyExpectedRqTimeoutMs).writeDecimal(this.#timeoutMs);
      headers.closeLine();
    }
    if (action.rewrite !== null) {
      if (addsHeaders) headers.set(HeaderId.xEnvoyOriginalPath, stream.request.path);
      action.rewrite.apply(stream.request);
    }
    if (endStream) this.#startTimeout();
    const upstream = new UpstreamRequest(this, cluster, host, endStream);
    this.#upstream = upstream;
    host.pool.acquire(upstream);
  }

  #respondDirectly({ status, body }: DirectResponseConfig): void {
    const { factory, stream } = this;
    factory.directResponse.inc();
    stream.sendLocalReply(localReply(status, body, "direct_response", { closes: status === 400 }));
  }

  /** The clock of `route.timeout` starts when the request is complete. */
  #startTimeout(): void {
    if (this.#timeoutMs <= 0) return;
    this.#timer = new Timer(this.stream.loop.timers, () => this.#onTimeout());
    this.#timer.arm(this.#timeoutMs);
  }

  #onTimeout(): void {
    this.#upstream?.onTimeout();
    this.stream.fail(TIMEOUT);
  }
}
