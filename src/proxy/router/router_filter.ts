/**
 * The router: the terminal HTTP filter. It turns the chosen route into an answer: a direct response, or a request to a
 * host of a cluster, and hands the host's response back (spec/http.md 10.3, in this order: route, direct response, cluster,
 * timeouts, host, finalised head, upstream request).
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import { fault } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { RouterConfig } from "../../config/http_config.ts";
import { ROUTER_TYPE_URL, routerSchemas } from "../../config/schema/router.ts";
import type { TerminalFilterDefinition } from "../../filter/define.ts";
import type { TerminalFilter, TerminalFilterFactory, TerminalHandle } from "../../filter/http_filter.ts";
import { localReply } from "../../filter/local_reply.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { ConnectionFacts, EndAddress } from "../../observe/connection_facts.ts";
import type { DirectResponse } from "../../route/direct_response.ts";
import type { ForwardAction } from "../../route/forward_action.ts";
import { applyMutations } from "../../route/header_mutation.ts";
import type { InternalRedirectPolicy } from "../../route/internal_redirect_policy.ts";
import type { RedirectAction } from "../../route/redirect_action.ts";
import { asksForTunnel } from "../../codec/h1/tunnel.ts";
import { proxyHeader } from "../../codec/proxy_protocol/encoder.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from "../../route/retry_policy.ts";
import { replaceHost, restorePort, rewriteRequest } from "../../route/rewrite_request.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { LimitPriority } from "../../upstream/shared_limits.ts";
import type { Host } from "../../upstream/host.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { HttpPool } from "../../upstream/pool/http_pool.ts";
import type { RefusalKind } from "../../upstream/traffic_refusal.ts";
import { attemptsToTell, writeAttemptCount } from "./attempt_count.ts";
import { chargeCluster, chargedOrigin } from "./charge.ts";
import { directReply, redirectReply } from "./direct_reply.ts";
import { followRedirect } from "./internal_redirect.ts";
import { type Mirrors, mirrorsOf } from "./mirror.ts";
import { refusalReply } from "./refused_traffic.ts";
import { RequestBuffer } from "./request_buffer.ts";
import { RequestTallies } from "./request_tallies.ts";
import { RequestPick } from "./request_pick.ts";
import { RETRY_HEADERS, RetryState } from "./retry_state.ts";
import { RouterContext } from "./router_context.ts";
import { timeoutReply, tryTimeoutReply } from "./timeout_replies.ts";
import { RequestTimeouts } from "./timeouts.ts";
import { Tries, type TriesOwner } from "./tries.ts";
import type { TryOwner, TryTimeout } from "./try_owner.ts";
import { UpstreamRequest } from "./upstream_request.ts";
import { isWebSocket } from "./web_socket.ts";

const NO_ROUTE = localReply(404, "", "route_not_found", { flag: "NR" });
const NOT_FORWARDING = localReply(503, "", "cluster_not_found", { flag: "NC" });
/** A CONNECT with a path is what HTTP/2 calls extended: the rewrite of a route has made it one, without a protocol. */
const MISSING_PROTOCOL = localReply(
  503,
  "missing required header: :protocol",
  "filter_removed_required_request_headers{missing_required_header:_:protocol}",
  { flag: "DPE" },
);
const EARLY_CONNECT_DATA = localReply(400, "", "early_connect_data", { closes: true });
/** More came while a retry waited for its time than may be kept for it, and nobody is there to take it. */
const TOO_MUCH_TO_RETRY = localReply(
  507,
  "exceeded request buffer limit while retrying upstream",
  "request_payload_exceeded_retry_buffer_limit",
);
const NO_HEALTHY_UPSTREAM = fault("local", "stream", "no_healthy_upstream", "no healthy upstream");

/** Says of a retry whether the try before it ran out of its time. */
const IS_TIMEOUT_RETRY = "x-envoy-is-timeout-retry";

/** Routers kept between two requests, per chain. */
const MAX_KEPT = 1024;

/** The router's place in the list of built-ins. */
export const routerDefinition: TerminalFilterDefinition = {
  typeUrl: ROUTER_TYPE_URL,
  ...routerSchemas,
  isTerminal: true,
  createFactory: (config, services) => new RouterFactory(config as RouterConfig, services),
};

/** Makes the routers of one chain. */
export class RouterFactory implements TerminalFilterFactory {
  readonly #context: RouterContext;
  readonly #free: RouterFilter[] = [];

  constructor(config: RouterConfig, services: FilterServices) {
    this.#context = new RouterContext(config, services);
  }

  create(stream: TerminalHandle): TerminalFilter {
    const filter = this.#free.pop() ?? new RouterFilter(this.#context, stream.loop, this.#takeBack);
    filter.begin(stream);
    return filter;
  }

  /** Takes a filter whose stream is over: the next request is spared its objects. */
  readonly #takeBack = (filter: RouterFilter): void => {
    if (this.#free.length < MAX_KEPT) this.#free.push(filter);
  };
}

/** One stream's router. After `destroy` it serves another stream, so nothing may hold it past that. */
export class RouterFilter implements TerminalFilter, TryOwner<UpstreamRequest>, TriesOwner {
  readonly #context: RouterContext;
  readonly #loop: EventLoop;
  readonly #takeBack: (filter: RouterFilter) => void;
  /** The try that what comes of the request is sent to; with several, one of them. */
  #upstream: UpstreamRequest;
  readonly #timeouts: RequestTimeouts = new RequestTimeouts();
  readonly #tallies: RequestTallies = new RequestTallies();
  readonly #pick: RequestPick = new RequestPick();
  readonly #timer: Timer;
  #stream: TerminalHandle | null = null;
  /** Null: the request has one try, or its answer has set out. */
  #tries: Tries | null = null;
  /** What has come of the request, while it may have to be sent again; null: it will not. */
  #buffer: RequestBuffer | null = null;
  /** How often the client has been said to be slow. */
  #slowness = 0;
  #isForwarding = false;
  #cluster: Cluster | null = null;
  /** Null = redirects of the upstream are handed on. */
  #redirects: InternalRedirectPolicy | null = null;
  /** What has come of the request behind its head, where it may be wanted again. */
  #kept: RequestBuffer | null = null;
  #mirrors: Mirrors | null = null;
  /** Bytes of a CONNECT before its answer are refused. */
  #rejectsEarlyData = false;

  constructor(context: RouterContext, loop: EventLoop, takeBack: (filter: RouterFilter) => void) {
    this.#context = context;
    this.#loop = loop;
    this.#takeBack = takeBack;
    this.#upstream = new UpstreamRequest(context, loop, this, this.#tallies);
    this.#timer = new Timer(loop.timers, () => this.#onTimeout());
  }

  /** Takes up a stream. */
  begin(stream: TerminalHandle): void {
    this.#stream = stream;
    this.#slowness = 0;
    this.#isForwarding = this.#rejectsEarlyData = false;
    this.#redirects = null;
    this.#pick.begin();
  }

  decodeHead(endStream: boolean): void {
    const context = this.#context, stream = this.#stream!, { route, facts } = stream;
    context.stats.rqTotal.inc();
    if (route === null) {
      context.stats.noRoute.inc();
      return stream.sendLocalReply(NO_ROUTE);
    }
    facts.routeName = route.name;
    const { action } = route;
    if (action.kind === "direct_response") return this.#respondDirectly(action);
    if (action.kind === "redirect") return this.#redirect(action);
    if (action.kind === "non_forwarding") return stream.sendLocalReply(NOT_FORWARDING);
    const cluster = context.clusters.find(action.clusterFor(stream.request));
    if (cluster === null) {
      context.stats.noCluster.inc();
      return stream.sendLocalReply(localReply(action.clusterNotFoundStatus, "", "cluster_not_found", { flag: "NC" }));
    }
    facts.upstreamCluster = cluster.config.observabilityName;
    facts.cluster = cluster.config;
    this.#chooseTallies(route);
    const { headers } = stream.request;
    if (headers.has(HeaderId.xEnvoyUpstreamAltStatName)) this.#takeAltName(headers);
    this.#forward(route, action, cluster, endStream);
  }

  decodeBody(block: ByteBlock, start: number, end: number): void {
    if (!this.#isForwarding) return;
    if (this.#rejectsEarlyData && !this.#upstream.isResponseStarted) {
      return this.#stream!.sendLocalReply(EARLY_CONNECT_DATA);
    }
    if (this.#kept !== null && !this.#kept.add(block, start, end)) this.#cluster!.stats.retryOrShadowAbandoned.inc();
    if (this.#buffer !== null && !this.#keep(this.#buffer, block, start, end)) return;
    this.#mirrors?.sendBody(block, start, end);
    this.#upstream.sendBody(block, start, end);
  }

  decodeTrailers(trailers: HeaderList): void {
    if (!this.#isForwarding) return;
    // As in Envoy, what is kept for a redirect has none.
    this.#mirrors?.sendTrailers(trailers);
    this.#buffer?.addTrailers(trailers);
    this.#upstream.sendTrailers(trailers);
  }

  decodeEnd(): void {
    if (!this.#isForwarding) return;
    this.#buffer?.end();
    this.#startTimeout();
    this.#kept?.end();
    this.#mirrors?.sendEnd();
    this.#upstream.sendEnd();
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#slowness += isBlocked ? 1 : -1;
    if (this.#tries !== null) this.#tries.readDisable(isBlocked);
    else if (this.#isForwarding) this.#upstream.readDisable(isBlocked);
  }

  /** A try has used up its own time, and no other takes its place. */
  onTryTimeout(one: UpstreamRequest, which: TryTimeout): void {
    const stream = this.#stream!;
    if (which !== "max_stream_duration") one.chargeTimeout();
    const reply = tryTimeoutReply(which, this.#timeouts, stream.isRequestComplete, this.#context.runtime);
    stream.sendLocalReply(reply, attemptsToTell(stream));
  }

  /** The answer is a redirect: is it followed, or handed on? */
  onRedirect(endStream: boolean): boolean {
    const stream = this.#stream!, policy = this.#redirects, kept = this.#kept;
    if (policy === null || !policy.follows(stream.response.status)) return false;
    const { internalRedirectFailed, internalRedirectSucceeded } = this.#cluster!.stats;
    const isWhole = kept === null || kept.isComplete && !kept.isOverflowed;
    const choice = isWhole ? followRedirect(stream, policy, this.#context.stats.redirects) : "left";
    if (choice === "left") {
      internalRedirectFailed.inc();
      return false;
    }
    internalRedirectSucceeded.inc();
    this.#upstream.discard(endStream);
    const goesOn = kept !== null && !kept.isHeadOnly && choice === "followed";
    // The stream's from now on; otherwise it goes with this filter.
    if (goesOn) this.#kept = null;
    stream.recreate(goesOn ? kept : null);
    return true;
  }

  /** From now on only the stream's own timers run. */
  onTunnelOpen(): void {
    this.#timer.cancel();
  }

  destroy(): void {
    this.#timer.cancel();
    this.#tries?.cancel();
    if (this.#isForwarding) this.#upstream.release();
    this.#endTries();
    this.#isForwarding = false;
    this.#kept?.release();
    this.#mirrors?.release();
    this.#kept = this.#mirrors = null;
    this.#stream = null;
    this.#takeBack(this);
  }

  get newCookies(): readonly string[] | null {
    return this.#pick.newCookies;
  }

  // ---- tries

  onRetryDue(isTimeout: boolean): void {
    const context = this.#context, stream = this.#stream!, tries = this.#tries!, buffer = this.#buffer!;
    const { facts, request } = stream;
    const cluster = context.clusters.find(tries.cluster.name);
    if (cluster !== null) this.#beginPick(cluster);
    const host = cluster === null ? null : tries.pickHost(cluster);
    if (cluster === null || host === null) return this.#failWithoutHost(cluster);
    const pool = this.#poolOf(host, tries.action);
    if (pool === null) return this.#failWithoutHost(cluster);
    const elapsedMs = stream.isRequestComplete ? Math.round(this.#loop.clock.nowMs - facts.requestEndMs) : 0;
    const { headers } = request, { settings } = stream.route!;
    if (settings.includesAttemptCount) writeAttemptCount(headers, facts.attempts + 1);
    if (settings.includesIsTimeoutRetry) headers.setName(IS_TIMEOUT_RETRY, String(isTimeout));
    this.#timeouts.announce(headers, elapsedMs);
    // With company the try before is still under way.
    if (tries.has(this.#upstream)) {
      this.#upstream = new UpstreamRequest(context, this.#loop, this, this.#tallies);
    }
    const one = this.#upstream;
    this.#startTry(tries.action, cluster, host, pool, buffer.isHeadOnly);
    buffer.sendTo(one);
  }

  onAnswered(winner: UpstreamRequest): void {
    if (winner !== this.#upstream) this.#upstream.release();
    this.#upstream = winner;
    this.#endTries();
  }

  /** Keeps a piece of body for another try. Returns false if that ended the request. */
  #keep(buffer: RequestBuffer, block: ByteBlock, start: number, end: number): boolean {
    if (buffer.add(block, start, end)) return true;
    const tries = this.#tries!, { isPending } = tries;
    tries.stop();
    this.#endTries();
    tries.cluster.stats.retryOrShadowAbandoned.inc();
    if (!isPending) return true;
    this.#stream!.sendLocalReply(TOO_MUCH_TO_RETRY, attemptsToTell(this.#stream!));
    return false;
  }

  #endTries(): void {
    this.#tries = null;
    this.#buffer?.release();
    this.#buffer = null;
  }

  // ----

  #forward(route: RouteEntry, action: ForwardAction, cluster: Cluster, endStream: boolean): void {
    const context = this.#context, stream = this.#stream!, { headers } = stream.request;
    const refused = cluster.refusal.decide(context.random);
    if (refused !== null) return this.#refuse(cluster, refused);
    const refusal = context.strictHeaders?.refuse(headers) ?? null;
    if (refusal !== null) return stream.sendLocalReply(refusal);
    this.#timeouts.decide(action.timeouts, cluster.config, context.config, headers);
    this.#pick.take(action, stream.facts);
    this.#beginPick(cluster);
    const host = cluster.pickHost(this.#pick);
    if (host === null) return this.#failWithoutHost(cluster);
    if (route.settings.includesAttemptCount) writeAttemptCount(headers, 1);
    const { request: mutations } = route.mutations;
    if (mutations !== null) applyMutations(mutations, headers, stream.view);
    if (stream.request.connectPort > 0) restorePort(stream.request);
    if (action.rewrites) rewriteRequest(action, stream.request, stream, !context.config.suppressEnvoyHeaders);
    if (headers.unsendable !== null) return this.#refuseToSend(headers.unsendable);
    // No cluster has TLS yet.
    if (stream.schemeMatchesUpstream) stream.request.scheme = "http";
    const { request } = stream, endsTunnel = action.endsTunnel(request);
    // A filter or the route may have taken away the fields that asked for it.
    if (request.isUpgrade) request.isUpgrade = asksForTunnel(request, null);
    if (request.methodId === Method.connect) {
      if (request.pathStart !== request.pathEnd && !endsTunnel) return stream.sendLocalReply(MISSING_PROTOCOL);
      this.#rejectsEarlyData = context.config.rejectConnectRequestEarlyData;
    }
    const pool = this.#poolOf(host, action);
    if (pool === null) return this.#failWithoutHost(cluster);
    // A WebSocket's request never ends: its time is that of the handshake.
    if (endStream || request.isUpgrade && isWebSocket(request) && !endsTunnel) this.#startTimeout();
    this.#isForwarding = true;
    const policy = context.policyOf(cluster.config) ?? action.retryPolicy;
    if (policy !== null || headers.hasAny(RETRY_HEADERS)) {
      this.#openTries(policy ?? DEFAULT_RETRY_POLICY, action, cluster, endStream);
    }
    if (!request.isUpgrade && !endsTunnel) this.#prepareCopies(action, cluster, endStream);
    const mirrors = this.#mirrors;
    this.#startTry(action, cluster, host, pool, endStream);
    mirrors?.start();
  }

  /** Has the cluster's balancer told of the request as it is now. */
  #beginPick(cluster: Cluster): void {
    if (!cluster.goesByHash) return this.#pick.beginTry();
    const stream = this.#stream!, policies = this.#context.hashPoliciesOf(cluster.config);
    this.#pick.beginHashedTry(policies ?? stream.route!.hashPolicies, stream.routeInput);
  }

  /** The cluster does not take this request. */
  #refuse(cluster: Cluster, kind: RefusalKind): void {
    const { config } = this.#context, stream = this.#stream!;
    chargeCluster(cluster, 503, chargedOrigin(config, stream.facts), this.#tallies);
    if (kind === "maintenance_mode") cluster.stats.rqMaintenanceMode.inc();
    stream.sendLocalReply(refusalReply(kind, config.suppressEnvoyHeaders));
  }

  /** Null: there may be no more pools. */
  #poolOf(host: Host, action: ForwardAction): HttpPool | null {
    const { request, view } = this.#stream!;
    return host.poolFor(action.priority, action.endsTunnel(request), view.connection.id);
  }

  /** What the configuration made of the request is no request: a field of it would end its own line. */
  #refuseToSend(name: string): void {
    const stream = this.#stream!;
    // As in Envoy, where the try has begun by then.
    stream.facts.attempts++;
    const details = `filter_removed_required_request_headers{invalid_header_value_for:_${name}}`;
    const reply = localReply(503, `invalid header value for: ${name}`, details, { flag: "DPE" });
    stream.sendLocalReply(reply, attemptsToTell(stream));
  }

  /** `isHeadOnly`: nothing of the request follows its head. */
  #startTry(action: ForwardAction, cluster: Cluster, host: Host, pool: HttpPool, isHeadOnly: boolean): void {
    const stream = this.#stream!, { request } = stream, one = this.#upstream, tries = this.#tries;
    if (action.usesUpstreamName && host.hostname !== "") {
      replaceHost(request, host.hostname, action.appendXForwardedHost, !this.#context.config.suppressEnvoyHeaders);
    }
    one.begin(stream, cluster, host, pool, this.#timeouts, isHeadOnly, this.#slowness);
    if (tries !== null) {
      tries.add(one, host);
      if (this.#timeouts.hedges) one.useOwnHead();
    }
    if (pool.protocol.isRaw && action.connect!.proxyProtocol !== null) {
      one.sendFirst(proxyHeaderOf(stream.view.connection, action.connect!.proxyProtocol));
    }
    pool.acquire(one);
  }

  /** Makes ready for more than one try, if this request may have it. */
  #openTries(policy: RetryPolicy, action: ForwardAction, cluster: Cluster, isComplete: boolean): void {
    const context = this.#context, { request, facts } = this.#stream!;
    const priority = action.priority === "HIGH" ? LimitPriority.HIGH : LimitPriority.DEFAULT;
    const state = RetryState.of(policy, request, cluster, priority, context, this.#tallies);
    request.headers.removeAny(RETRY_HEADERS);
    if (state === null) return;
    this.#tries = new Tries(this, context, this.#loop, { policy, state, action, cluster, facts, pick: this.#pick });
    this.#buffer = new RequestBuffer(this.#loop.blocks, limitOf(this.#stream!), isComplete);
  }

  /** There is no host to send the request to, or no cluster any more. */
  #failWithoutHost(cluster: Cluster | null): void {
    const stream = this.#stream!;
    // As in Envoy, where a try is counted before it has a host.
    stream.facts.attempts++;
    if (cluster !== null) {
      chargeCluster(cluster, 503, chargedOrigin(this.#context.config, stream.facts), this.#tallies);
    }
    stream.fail(NO_HEALTHY_UPSTREAM, attemptsToTell(stream));
  }

  /** The request may be sent again, or to somebody else as well. */
  #prepareCopies(action: ForwardAction, cluster: Cluster, endStream: boolean): void {
    const context = this.#context, stream = this.#stream!;
    this.#cluster = cluster;
    this.#redirects = action.internalRedirect;
    if (this.#redirects !== null && !endStream) {
      this.#kept = new RequestBuffer(this.#loop.blocks, limitOf(stream), false);
    }
    const policies = cluster.config.http.mirrorPolicies ?? action.mirrors;
    if (policies !== null) {
      const compiled = context.mirrorsOf(policies);
      this.#mirrors = mirrorsOf(compiled, stream, context, this.#timeouts.globalMs, limitOf(stream), endStream);
    }
  }

  /** What counts the request beside its cluster. */
  #chooseTallies({ settings: { virtualClusters }, tally }: RouteEntry): void {
    if (virtualClusters === null) return this.#tallies.use(tally, null);
    const virtualCluster = virtualClusters.find(this.#stream!.request);
    this.#stream!.facts.virtualCluster = virtualCluster.name;
    this.#tallies.use(tally, virtualCluster.tally);
  }

  /** The name under which the request wants to be counted as well is for the router alone. */
  #takeAltName(headers: HeaderList): void {
    this.#tallies.altName = headers.getJoined(HeaderId.xEnvoyUpstreamAltStatName);
    headers.remove(HeaderId.xEnvoyUpstreamAltStatName);
  }

  #respondDirectly(action: DirectResponse): void {
    this.#context.stats.directResponse.inc();
    const stream = this.#stream!;
    stream.sendLocalReply(directReply(action, stream.request, stream));
  }

  #redirect(action: RedirectAction): void {
    this.#context.stats.redirect.inc();
    const stream = this.#stream!;
    stream.sendLocalReply(redirectReply(action, stream.request, stream));
  }

  /** The route's clock starts when the request is complete. */
  #startTimeout(): void {
    const { globalMs } = this.#timeouts;
    if (globalMs > 0) this.#timer.arm(globalMs);
  }

  #onTimeout(): void {
    if (this.#tries !== null) this.#tries.timeOut();
    else this.#upstream.timeOut();
    const stream = this.#stream!, reply = timeoutReply("response_timeout", this.#timeouts, this.#context.runtime);
    stream.sendLocalReply(reply, attemptsToTell(stream));
  }
}

/** The PROXY protocol's header for a client's connection. */
function proxyHeaderOf({ peer, local }: ConnectionFacts, version: 1 | 2): Uint8Array<ArrayBuffer> {
  const endOf = (address: EndAddress) => address.kind === "ip" ? address : null;
  return proxyHeader(version, endOf(peer), endOf(local));
}

/** How much of a request's body may be kept. */
function limitOf({ route, bufferLimitBytes }: TerminalHandle): number {
  return route!.bufferLimitBytes ?? (bufferLimitBytes || Infinity);
}
