/**
 * What a try's answer, or the want of one, is charged to: cluster, host, and what counts the request beside (charge.ts). Where
 * outliers are looked for, the host's counter hears of every outcome, whatever becomes of the request.
 */
import { HeaderId } from "../../http/header_names.ts";
import type { FaultCode } from "../../base/fault.ts";
import type { TerminalHandle } from "../../filter/http_filter.ts";
import { isGrpcRequest } from "../../http/grpc.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";
import { chargeCluster, type ChargedOrigin, chargedOrigin, chargeResponse } from "./charge.ts";
import type { RequestTallies } from "./request_tallies.ts";
import type { RouterContext } from "./router_context.ts";

/** Of one try; used again for the next. */
export class TryCharges {
  readonly #context: RouterContext;
  readonly #tallies: RequestTallies;
  #stream: TerminalHandle | null = null;
  #cluster: Cluster | null = null;
  #host: Host | null = null;
  /** The try was too slow already, and went on. */
  #isLate = false;

  constructor(context: RouterContext, tallies: RequestTallies) {
    this.#context = context;
    this.#tallies = tallies;
  }

  begin(stream: TerminalHandle, cluster: Cluster, host: Host): void {
    this.#stream = stream;
    this.#cluster = cluster;
    this.#host = host;
    this.#isLate = false;
  }

  /** The host is given the request. */
  onRequest(): void {
    this.#tallies.onRequest();
    this.#host!.outlier?.onConnected();
  }

  /** The head of an answer has come, whoever gets it. */
  onHead(head: ResponseHead): void {
    const host = this.#host!, { outlier, onSelfReport } = host;
    if (outlier !== null) outlier.onAnswer(head, isGrpcRequest(this.#stream!.request.headers));
    if (onSelfReport !== null && head.headers.has(HeaderId.xEnvoyImmediateHealthCheckFail)) onSelfReport(host.id);
  }

  /** There is no connection, or it broke. A limit of our own says nothing of the host. */
  onFault(code: FaultCode): void {
    if (code !== "overflow") this.#host!.outlier?.onFailure();
  }

  /** The host has been given the request, and is too slow: once for each try. */
  onLate(hasAltResponse: boolean): void {
    if (this.#isLate) return;
    this.#isLate = true;
    this.#host!.outlier?.onTimeout(hasAltResponse ? 204 : 504);
  }

  /** An answer of the host's. */
  onAnswer(status: number): void {
    chargeResponse(this.#cluster!, this.#host!, status, this.#origin(), this.#tallies);
  }

  /** An interim answer. */
  onInterim(status: number): void {
    chargeCluster(this.#cluster!, status, this.#origin(), this.#tallies);
  }

  /** No answer: the connection failed, or broke. */
  onFailure(status: number): void {
    const origin = this.#origin();
    if (origin === null) return;
    this.#host!.stats.rqError.inc();
    chargeCluster(this.#cluster!, status, origin, this.#tallies);
    this.#cluster!.zoneStats(this.#host!)?.onAnswer(status);
  }

  /** No answer in time. `isConnected`: the host was given something to answer. */
  onTimeout(isConnected: boolean, hasAltResponse: boolean): void {
    const origin = this.#origin();
    // As in Envoy, where it is not for the answers' counters to say that a host failed by another status than 5xx.
    if (isConnected && (origin !== null || hasAltResponse)) this.#host!.stats.rqError.inc();
    chargeCluster(this.#cluster!, hasAltResponse ? 204 : 504, origin, this.#tallies);
  }

  /** The route's time is up. */
  onRouteTimeout(): void {
    this.#cluster!.stats.rqTimeout.inc();
    this.#tallies.onTimeout();
  }

  /** The response is through. */
  onEnd(): void {
    const origin = this.#origin(), { facts, loop } = this.#stream!;
    if (origin === null) return;
    const { stats } = this.#cluster!;
    const elapsedMs = Math.round(loop.clock.nowMs - facts.startMs);
    stats.rqTime.record(elapsedMs);
    stats[origin].rqTime.record(elapsedMs);
    this.#cluster!.zoneStats(this.#host!)?.rqTime.record(elapsedMs);
    const { altName } = this.#tallies;
    if (altName !== null) stats.alt.find(altName)?.onTime(elapsedMs, origin);
    this.#tallies.onTime(elapsedMs);
  }

  #origin(): ChargedOrigin {
    return chargedOrigin(this.#context.config, this.#stream!.facts);
  }
}
