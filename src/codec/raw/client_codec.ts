/**
 * The client side of a tunnel that ends here (spec/http.md 7): no protocol at all. A request is the bytes of its body, as
 * they are, and ends with FIN; the response is 200, at once, and then the bytes that come, until the peer's FIN. Nothing
 * of the request's head is sent.
 *
 * One exchange, and the connection is spent. It ends when the peer has sent FIN, whether the request is through or not.
 *
 * Differs from Envoy: a peer that resets is no clean end.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type { ByteSink } from "../../base/byte_sink.ts";
import { invariant } from "../../base/errors.ts";
import type { Fault } from "../../base/fault.ts";
import type { HeaderList } from "../../http/header_list.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ClientCodec, ClientCodecEvents, RequestEncoder, ResponseReceiver } from "../http_codec.ts";
import { ReadDisables } from "../read_disables.ts";

export class RawClientCodec implements ClientCodec, RequestEncoder {
  readonly protocol = "TCP";
  readonly headerBytes = 0;
  wireBytes = 0;
  readonly #events: ClientCodecEvents;
  readonly #sink: ByteSink;
  #receiver: ResponseReceiver | null = null;
  #isSpent = false;
  #isRequestComplete = false;
  #isBroken = false;
  #isWriteBlocked = false;
  readonly #disables: ReadDisables;

  constructor(events: ClientCodecEvents, sink: ByteSink) {
    this.#events = events;
    this.#disables = new ReadDisables(events);
    this.#sink = sink;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  openStream(receiver: ResponseReceiver): RequestEncoder {
    invariant(!this.#isSpent, "A raw connection was given a second request");
    this.#isSpent = true;
    this.#receiver = receiver;
    if (this.#isWriteBlocked) receiver.onWriteBlocked(true);
    return this;
  }

  // ---- bytes in

  receive(block: ByteBlock, start: number, end: number): number {
    // A peer that speaks first, and nobody there to hear it: such a connection cannot be kept for later.
    if (!this.#isSpent) this.#events.onExchangeEnd(false);
    const receiver = this.#receiver;
    if (receiver === null) return end;
    receiver.head.wireBytes += end - start;
    receiver.onBody(block, start, end);
    return end;
  }

  receiveEnd(): boolean {
    const receiver = this.#receiver, isRequestComplete = this.#isRequestComplete;
    if (receiver === null) return true;
    if (!isRequestComplete) this.#isBroken = true;
    this.#giveUp();
    receiver.onEnd();
    this.#events.onExchangeEnd(false);
    return isRequestComplete;
  }

  onConnectionClose(fault: Fault): void {
    const receiver = this.#receiver;
    this.#disables.forget();
    this.#giveUp();
    receiver?.onFault(fault);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#isWriteBlocked = isBlocked;
    this.#receiver?.onWriteBlocked(isBlocked);
  }

  // ---- bytes out

  /** Answers from inside the call: the peer is connected, and that is all that is asked. */
  encodeHead(_head: RequestHead, endStream: boolean): void {
    const receiver = this.#receiver;
    if (receiver === null) return;
    receiver.head.beginLocal(200);
    receiver.onHead(false);
    if (endStream) this.encodeEnd(null);
  }

  encodeBody(block: ByteBlock, start: number, end: number): void {
    if (this.#receiver === null || this.#isRequestComplete) return;
    this.wireBytes += end - start;
    this.#sink.writeBlock(block, start, end);
  }

  encodeEnd(_trailers: HeaderList | null): void {
    if (this.#receiver === null || this.#isRequestComplete) return;
    this.#isRequestComplete = true;
    this.#events.endOutput();
  }

  readDisable(disable: boolean): void {
    if (this.#receiver === null) return;
    this.#disables.ask(disable);
  }

  reset(): void {
    if (this.#receiver === null) return;
    this.#isBroken = true;
    this.#giveUp();
    this.#events.onExchangeEnd(false);
  }

  /** Lets go of the stream, and takes back what it disabled. */
  #giveUp(): void {
    this.#receiver = null;
    this.#disables.takeBack();
  }
}
