/** Checks by gRPC's own health service (spec/upstream.md 5.4, 5.5): whatever is not OK and SERVING fails the host at once. */
import type { GrpcCheckConfig } from "../../config/health_check_config.ts";
import { HeaderId } from "../../http/header_names.ts";
import { setGrpcTimeout } from "../../http/grpc_timeout.ts";
import type { ControlHost } from "../cluster/control_host.ts";
import type { CheckLink, LinkEvents, LinkMaker } from "./check_link.ts";
import type { CheckRequest } from "./check_request.ts";
import { checkHost } from "./check_target.ts";
import { checkRequestFrame, CheckResponseReader, SERVING } from "./grpc_message.ts";
import type { FieldReader } from "./http_verdict.ts";
import { networkFailure, type Probe, type ProbeEvents } from "./probe.ts";
import type { ProbeContext } from "./probe_context.ts";

const CONTENT_TYPE = "application/grpc";
const STATUS_OK = "0";

export class GrpcProbe implements Probe, LinkEvents {
  readonly #host: ControlHost;
  readonly #config: GrpcCheckConfig;
  readonly #request: CheckRequest;
  readonly #probes: ProbeContext;
  readonly #events: ProbeEvents;
  readonly #makeLink: LinkMaker;
  readonly #frame: Uint8Array;
  #link: CheckLink | null = null;
  #response = new CheckResponseReader();
  /** `grpc-status`; null = none came. */
  #status: string | null = null;
  #message = "";

  constructor(
    host: ControlHost,
    config: GrpcCheckConfig,
    request: CheckRequest,
    probes: ProbeContext,
    makeLink: LinkMaker,
    events: ProbeEvents,
  ) {
    this.#host = host;
    this.#config = config;
    this.#request = request;
    this.#probes = probes;
    this.#makeLink = makeLink;
    this.#events = events;
    this.#frame = checkRequestFrame(config.serviceName);
  }

  begin(): void {
    const { cluster, check } = this.#probes;
    const authority = checkHost(this.#host.endpoint, this.#config.authority, cluster.name);
    const fields = [[HeaderId.te, "trailers"], [HeaderId.contentType, CONTENT_TYPE]] as const;
    const head = this.#request.headFor(this.#host, authority, fields);
    if (head === null) return this.#events.onFail(networkFailure("a header of the check holds control characters"));
    setGrpcTimeout(head.headers, Math.max(1, Math.round(check.timeoutMs)));
    this.#response = new CheckResponseReader();
    this.#status = null;
    this.#message = "";
    this.#link ??= this.#makeLink(this);
    this.#link.send(head, this.#frame);
  }

  giveUp(): void {
    const keeps = this.#probes.check.reuseConnection;
    if (!keeps) this.#link?.close();
    if (!keeps || this.#link?.cancel() === false) this.#link = null;
  }

  close(): void {
    this.#link?.close();
    this.#link = null;
  }

  // ---- the link's side

  onHead(status: number, field: FieldReader): void {
    this.#readStatus(field);
    if (status !== 200) this.#failNow(`HTTP ${status}`);
    else if (!isGrpc(field("content-type") ?? "")) this.#failNow("the answer is no gRPC");
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.#response.take(bytes, start, end);
    if (this.#response.failure !== "") this.#failNow(this.#response.failure);
  }

  onTrailers(field: FieldReader): void {
    this.#readStatus(field);
  }

  onComplete(isReusable: boolean): void {
    if (!isReusable || !this.#probes.check.reuseConnection) this.close();
    const { status } = this.#response;
    if (this.#status === null) this.#fail("the answer ends without a gRPC status");
    else if (this.#status !== STATUS_OK) this.#fail(`gRPC status ${this.#status}${this.#message}`);
    else if (status !== SERVING) this.#fail(status < 0 ? "the answer is empty" : `serving status ${status}`);
    else this.#events.onPass(false);
  }

  onBroken(text: string): void {
    this.#link = null;
    this.#events.onFail(networkFailure(text));
  }

  onGone(): void {
    this.#link = null;
  }

  // ----

  #readStatus(field: FieldReader): void {
    this.#status = field("grpc-status") ?? this.#status;
    const message = field("grpc-message");
    if (message !== null && message !== "") this.#message = `: ${decoded(message)}`;
  }

  /** There is no need to wait for the end of the answer. */
  #failNow(text: string): void {
    this.giveUp();
    this.#fail(text);
  }

  #fail(text: string): void {
    this.#events.onFail({ type: "ACTIVE", text, httpStatus: 0, isRetriable: false, excludesHost: false });
  }
}

/** `grpc-message` is percent-encoded; what is not is shown as it came. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

/** `application/grpc`, alone or with a kind of payload or parameters. */
function isGrpc(contentType: string): boolean {
  return contentType.startsWith(CONTENT_TYPE) && /^$|^[+;]/.test(contentType.slice(CONTENT_TYPE.length));
}
