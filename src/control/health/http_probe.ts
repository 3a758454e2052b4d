/** Checks by an HTTP request, over HTTP/1 or HTTP/2 (spec/upstream.md 5.4, 5.5). */
import type { HttpCheckConfig } from "../../config/health_check_config.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { ControlHost } from "../cluster/control_host.ts";
import type { CheckLink, LinkEvents, LinkMaker } from "./check_link.ts";
import type { CheckRequest } from "./check_request.ts";
import { checkHost } from "./check_target.ts";
import { type FieldReader, HttpVerdict } from "./http_verdict.ts";
import { networkFailure, type Probe, type ProbeEvents } from "./probe.ts";
import type { ProbeContext } from "./probe_context.ts";

export class HttpProbe implements Probe, LinkEvents {
  readonly #host: ControlHost;
  readonly #config: HttpCheckConfig;
  readonly #request: CheckRequest;
  readonly #probes: ProbeContext;
  readonly #events: ProbeEvents;
  readonly #makeLink: LinkMaker;
  readonly #verdict: HttpVerdict;
  #link: CheckLink | null = null;

  constructor(
    host: ControlHost,
    config: HttpCheckConfig,
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
    this.#verdict = new HttpVerdict(config, probes.context, probes.stats);
  }

  begin(): void {
    const { send, host } = this.#config;
    const authority = checkHost(this.#host.endpoint, host, this.#probes.cluster.name);
    const head = this.#request.headFor(this.#host, authority, []);
    if (head === null) return this.#events.onFail(networkFailure("a header of the check holds control characters"));
    if (send !== null) head.headers.set(HeaderId.contentLength, String(send.length));
    this.#link ??= this.#makeLink(this);
    this.#link.send(head, send);
  }

  giveUp(): void {
    this.#link?.close();
    this.#link = null;
  }

  close(): void {
    this.giveUp();
  }

  // ---- the link's side

  onHead(status: number, field: FieldReader): void {
    this.#verdict.takeHead(status, field);
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.#verdict.takeBody(bytes, start, end);
  }

  onTrailers(): void {}

  onComplete(isReusable: boolean): void {
    if (!isReusable || !this.#probes.check.reuseConnection) this.giveUp();
    this.#verdict.tell(this.#events);
  }

  onBroken(text: string): void {
    this.#link = null;
    this.#events.onFail(networkFailure(text));
  }

  onGone(): void {
    this.#link = null;
  }
}
