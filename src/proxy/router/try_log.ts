/**
 * What a try leaves behind: the facts of its stream that are about the upstream side, and where `upstream_log` is
 * configured a log of its own, with lines when its connection is there, from time to time and at its end (spec/http.md
 * 8.1, 10.3).
 */
import type { Fault } from "../../base/fault.ts";
import type { RequestEncoder } from "../../codec/http_codec.ts";
import type { TerminalHandle } from "../../filter/http_filter.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { receivedFieldBytes } from "../../observe/received_bytes.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { Host } from "../../upstream/host.ts";
import type { UpstreamConnection } from "../../upstream/pool/upstream_connection.ts";
import type { RouterContext } from "./router_context.ts";
import { TryLines } from "./try_lines.ts";

/** Used again for the next try, from `begin` on. */
export class TryLog {
  /** Null: tries are not logged. */
  readonly #lines: TryLines | null;
  #stream: TerminalHandle | null = null;
  #startMs = 0;
  /** On the wire before this try. */
  #wireBytesSent = 0;
  #wireBytesReceived = 0;
  #headerBytesSent = 0;
  /** There is a response. */
  #isAnswered = false;

  constructor({ config, upstreamLogger }: RouterContext, loop: EventLoop) {
    this.#lines = upstreamLogger === null ? null : new TryLines(upstreamLogger, config.upstreamLogTimes, loop);
  }

  /** A try begins, at this host. One that went before it is over. */
  begin(stream: TerminalHandle, host: Host): void {
    this.end();
    const { facts } = stream;
    this.#stream = stream;
    this.#startMs = stream.loop.clock.nowMs;
    this.#wireBytesSent = facts.upstreamWireBytesSent;
    this.#wireBytesReceived = facts.upstreamWireBytesReceived;
    this.#headerBytesSent = facts.upstreamHeaderBytesSent;
    this.#isAnswered = false;
    facts.beginAttempt(host);
    this.#lines?.begin(stream);
  }

  /** The wait for a connection is over; null = there is none. */
  onPoolAnswer(connection: UpstreamConnection | null): void {
    const { facts, loop } = this.#stream!, nowMs = loop.clock.nowMs;
    facts.poolWaitMs = nowMs - this.#startMs;
    if (connection === null) return;
    facts.upstreamConnection = connection.facts;
    facts.upstreamRequestStartMs = nowMs;
    this.#lines?.onConnection();
  }

  /** So many bytes of our own went before the request: they count as a head. */
  onPreface(encoder: RequestEncoder, bytes: number): void {
    this.#headerBytesSent += bytes;
    this.onSent(encoder, 0);
  }

  /** Something of the request was sent, `bodyBytes` of its body. */
  onSent({ wireBytes, headerBytes }: RequestEncoder, bodyBytes: number): void {
    const { facts } = this.#stream!;
    facts.upstreamWireBytesSent = this.#wireBytesSent + wireBytes;
    facts.upstreamHeaderBytesSent = this.#headerBytesSent + headerBytes;
    this.#lines?.onSent(bodyBytes);
  }

  /** All of the request was sent. */
  onRequestSent(): void {
    const { facts, loop } = this.#stream!;
    facts.upstreamRequestEndMs = loop.clock.nowMs;
  }

  /** The response's head is here, as it was received. */
  onHead(): void {
    const { facts, loop } = this.#stream!;
    facts.upstreamResponseStartMs = loop.clock.nowMs;
    this.#isAnswered = true;
    this.#noteReceived();
    this.#lines?.onHead();
  }

  onBody(bytes: number): void {
    const { facts, loop } = this.#stream!;
    if (facts.upstreamBodyStartMs < 0) facts.upstreamBodyStartMs = loop.clock.nowMs;
    this.#lines?.onBody(bytes);
  }

  onTrailers(trailers: HeaderList): void {
    this.#stream!.facts.upstreamTrailerBytes = receivedFieldBytes(trailers);
  }

  /** The response is through. */
  onResponseEnd(): void {
    const { facts, loop } = this.#stream!;
    facts.upstreamResponseEndMs = loop.clock.nowMs;
    this.#noteReceived();
  }

  /** The try failed; `isAnswered`: in the middle of its response. */
  onFault(fault: Fault, isAnswered: boolean): void {
    if (isAnswered) this.#noteReceived();
    this.#lines?.onFault(fault, isAnswered);
  }

  /** The try is over, however it went. */
  end(): void {
    if (this.#stream !== null && this.#isAnswered) this.#noteReceived();
    this.#lines?.end();
    this.#stream = null;
  }

  #noteReceived(): void {
    const { facts, response } = this.#stream!;
    facts.upstreamWireBytesReceived = this.#wireBytesReceived + response.wireBytes;
  }
}
