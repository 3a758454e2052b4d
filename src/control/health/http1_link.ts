/** Checks over an HTTP/1.1 connection of the proxy's own codec and transport. */
import { ByteBlock } from "../../base/byte_block.ts";
import { type Fault, fault } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import { H1ClientCodec } from "../../codec/h1/client_codec.ts";
import type { ClientCodecEvents, ResponseReceiver } from "../../codec/http_codec.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type { ConnectAttempt, Connection, ConnectionHandler, TransportAddress } from "../../transport/transport.ts";
import type { CheckLink, LinkEvents } from "./check_link.ts";
import type { ProbeContext } from "./probe_context.ts";

const TERMINATED = fault("upstream", "connection", "connection_termination", "connection termination");

/** The answer to an upgrade that nobody asked for: it has no end to wait for. */
const SWITCHING_PROTOCOLS = 101;

/** What waits for the connection. */
interface Request {
  readonly head: RequestHead;
  readonly body: Uint8Array | null;
}

export class Http1Link implements CheckLink, ConnectionHandler, ClientCodecEvents {
  readonly #address: TransportAddress;
  readonly #probes: ProbeContext;
  readonly #events: LinkEvents;
  readonly #answer: Answer;
  readonly #idleTimer: Timer;
  #attempt: ConnectAttempt | null = null;
  #connection: Connection | null = null;
  #codec: H1ClientCodec | null = null;
  #request: Request | null = null;
  #isInFlight = false;
  #isClosed = false;

  constructor(address: TransportAddress, probes: ProbeContext, events: LinkEvents) {
    this.#address = address;
    this.#probes = probes;
    this.#events = events;
    this.#answer = new Answer(events, this);
    this.#idleTimer = new Timer(probes.context.loop.timers, () => this.#onIdleTimeout());
  }

  send(head: RequestHead, body: Uint8Array | null): void {
    this.#isInFlight = true;
    this.#idleTimer.cancel();
    this.#request = { head, body };
    if (this.#connection !== null) return this.#sendRequest();
    const { context, connectionOptions } = this.#probes;
    this.#attempt = context.dialer.connect(
      this.#address,
      connectionOptions,
      (connection) => this.#onConnect(connection),
      ({ text }) => this.#break(text),
    );
  }

  cancel(): boolean {
    this.close();
    return false;
  }

  close(): void {
    this.#isClosed = true;
    this.#isInFlight = false;
    this.#idleTimer.cancel();
    this.#attempt?.cancel();
    this.#connection?.close("abort");
    this.#answer.head.release();
  }

  // ---- the connection's side

  onBytes(block: ByteBlock, start: number, end: number): number {
    return this.#isClosed ? end : this.#codec!.receive(block, start, end);
  }

  onEnd(): void {
    if (this.#isClosed) return;
    if (this.#isInFlight) this.#codec!.receiveEnd();
    this.#leave();
  }

  onWriteBlocked(): void {}

  onClose(): void {
    this.#codec!.onConnectionClose(TERMINATED);
    this.#leave();
  }

  // ---- the codec's side

  readDisable(disable: boolean): void {
    this.#connection?.readDisable(disable);
  }

  onExchangeEnd(isReusable: boolean): void {
    if (this.#isInFlight && !this.#isClosed) this.#complete(isReusable);
  }

  onUnexpectedBytes(isTimeoutNotice = false): void {
    if (!isTimeoutNotice) this.#probes.protocolErrors.inc();
    this.#leave();
  }

  endOutput(): void {
    this.#connection?.close("half");
  }

  // ---- for the answer

  /** An answer without an end. */
  completeWithHead(): void {
    if (this.#isInFlight) this.#complete(false);
  }

  /** There will be no whole answer. */
  onFault({ code, detail }: Fault): void {
    if (!this.#isInFlight) return;
    if (code === "protocol_error") this.#probes.protocolErrors.inc();
    this.#break(detail);
  }

  // ----

  #onConnect(connection: Connection): void {
    const { http1, maxHeadersCount, maxResponseHeadersKb } = this.#probes.cluster.http;
    const options = { ...http1, maxHeadersCount, maxHeadersKb: maxResponseHeadersKb };
    this.#attempt = null;
    this.#connection = connection;
    this.#codec = new H1ClientCodec(this, connection.sink, options);
    connection.open(this);
    this.#sendRequest();
  }

  #sendRequest(): void {
    const { head, body } = this.#request!;
    this.#request = null;
    const encoder = this.#codec!.openStream(this.#answer);
    encoder.encodeHead(head, body === null);
    if (body === null) return;
    const block = new ByteBlock(Uint8Array.from(body));
    encoder.encodeBody(block, 0, body.length);
    encoder.encodeEnd(null);
    block.release();
  }

  #complete(isReusable: boolean): void {
    const { idleTimeoutMs } = this.#probes.cluster.http;
    this.#isInFlight = false;
    this.#answer.head.release();
    this.#connection!.expectMessage();
    if (isReusable && idleTimeoutMs > 0) this.#idleTimer.arm(idleTimeoutMs);
    this.#events.onComplete(isReusable);
  }

  #break(text: string): void {
    this.close();
    this.#events.onBroken(text);
  }

  /** Between two requests the connection is no more, or shall be no more. */
  #leave(): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.onGone();
  }

  #onIdleTimeout(): void {
    this.#probes.idleTimeouts.inc();
    this.#leave();
  }
}

/** Hands an answer on. */
class Answer implements ResponseReceiver {
  readonly head: ResponseHead = new ResponseHead();
  readonly #events: LinkEvents;
  readonly #link: Http1Link;

  constructor(events: LinkEvents, link: Http1Link) {
    this.#events = events;
    this.#link = link;
  }

  onInterim(): void {}

  onHead(): void {
    const { head } = this;
    this.#events.onHead(head.status, (name) => head.headers.getName(name));
    if (head.status === SWITCHING_PROTOCOLS) this.#link.completeWithHead();
  }

  onBody(block: ByteBlock, start: number, end: number): void {
    this.#events.onBody(block.bytes, start, end);
  }

  onTrailers(): void {}

  onEnd(): void {}

  onFault(fault: Fault): void {
    this.#link.onFault(fault);
  }

  onWriteBlocked(): void {}
}
