/**
 * Checks over an HTTP/2 connection with prior knowledge, by the platform's own client: it is loaded with the first of them.
 *
 * A GOAWAY without an error lets the check under way end and makes the connection its last; with an error it ends both.
 *
 * Of the platform (Deno 2.9): it dies when a session is destroyed from inside one of its events, so events are only noted
 * when they come and acted upon in a turn of their own. It may hand out a body before its head, and it ends a body that was
 * cut off as if it were whole: both are put right here.
 */
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import { Timer } from "../../base/timer_wheel.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { TransportAddress } from "../../transport/transport.ts";
import type { CheckLink, LinkEvents } from "./check_link.ts";
import type { FieldReader } from "./http_verdict.ts";
import type { ProbeContext } from "./probe_context.ts";

/** RFC 9113 section 7. */
const NO_ERROR = 0, CANCEL = 8;

/** Names nothing that is asked: the authority is each request's own. */
const ORIGIN = "http://health-check";

export class Http2Link implements CheckLink {
  readonly #address: TransportAddress;
  readonly #probes: ProbeContext;
  readonly #events: LinkEvents;
  readonly #idleTimer: Timer;
  #session: ClientHttp2Session | null = null;
  #exchange: Exchange | null = null;
  /** The peer wants no more requests. */
  #isLeaving = false;
  #isClosed = false;
  /** What the platform has told and nobody has acted upon. */
  #noted: (() => void)[] = [];
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor(address: TransportAddress, probes: ProbeContext, events: LinkEvents) {
    this.#address = address;
    this.#probes = probes;
    this.#events = events;
    this.#idleTimer = new Timer(probes.context.loop.timers, () => this.#onIdleTimeout());
  }

  send(head: RequestHead, body: Uint8Array | null): void {
    this.#idleTimer.cancel();
    const exchange = new Exchange(
      this.#events,
      (callback) => this.#note(callback),
      (isWhole, why) => this.#onExchangeEnd(isWhole, why),
    );
    this.#exchange = exchange;
    if (this.#session !== null) return this.#request(this.#session, exchange, head, body);
    Promise.all([import("node:http2"), import("node:net")]).then(([http2, net]) =>
      this.#probes.context.loop.runEvent(() => {
        if (this.#isClosed) return;
        const { connect } = net;
        const socket = this.#address.kind === "pipe" ? connect(this.#address.path) : connect(this.#address);
        this.#session = http2.connect(ORIGIN, { createConnection: () => socket });
        this.#watch(this.#session, socket);
        this.#request(this.#session, exchange, head, body);
      })
    );
  }

  cancel(): boolean {
    const session = this.#session;
    if (session === null || this.#isLeaving || session.connecting) {
      this.close();
      return false;
    }
    this.#exchange?.abandon();
    this.#exchange = null;
    this.#armIdleTimer();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#idleTimer.cancel();
    this.#exchange?.abandon();
    this.#exchange = null;
    clearTimeout(this.#turn);
    this.#noted = [];
    this.#session?.destroy();
  }

  // ----

  #watch(session: ClientHttp2Session, socket: Socket): void {
    if (this.#probes.connectionOptions.tcpKeepalive) socket.setKeepAlive(true);
    session.on("goaway", (code: number) => this.#note(() => this.#onGoAway(code)));
    session.on("error", (error: Error) => this.#note(() => this.#onSessionEnd(error.message)));
    session.on("close", () => this.#note(() => this.#onSessionEnd("the host closed the connection")));
  }

  #request(session: ClientHttp2Session, exchange: Exchange, head: RequestHead, body: Uint8Array | null): void {
    const stream = session.request(headersOf(head), { endStream: body === null });
    exchange.begin(stream, session);
    if (body !== null) stream.end(body);
  }

  #onGoAway(code: number): void {
    if (this.#isClosed) return;
    this.#isLeaving = true;
    if (this.#exchange === null) this.#leave();
    else if (code !== NO_ERROR) this.#break(`the host sent GOAWAY with error ${code}`);
  }

  #onSessionEnd(why: string): void {
    if (this.#isClosed) return;
    this.#isLeaving = true;
    // What came in before the end is still being handed out: the exchange says how it went.
    if (this.#exchange === null) this.#leave();
    else if (!this.#exchange.hasStream) this.#break(why);
  }

  #onExchangeEnd(isWhole: boolean, why: string): void {
    if (this.#isClosed) return;
    if (!isWhole) return this.#break(why);
    this.#exchange = null;
    const isReusable = !this.#isLeaving && this.#session?.destroyed === false;
    if (isReusable) this.#armIdleTimer();
    this.#events.onComplete(isReusable);
    if (!isReusable) this.close();
  }

  #break(why: string): void {
    this.close();
    this.#events.onBroken(why);
  }

  #leave(): void {
    this.close();
    this.#events.onGone();
  }

  #armIdleTimer(): void {
    const { idleTimeoutMs } = this.#probes.cluster.http;
    if (idleTimeoutMs > 0) this.#idleTimer.arm(idleTimeoutMs);
  }

  #onIdleTimeout(): void {
    this.#probes.idleTimeouts.inc();
    this.#leave();
  }

  /** Keeps what an event asks for until the platform is done with the event. */
  #note(callback: () => void): void {
    if (this.#isClosed) return;
    this.#noted.push(callback);
    if (this.#noted.length === 1) this.#turn = setTimeout(() => this.#actUponNoted(), 0);
  }

  #actUponNoted(): void {
    const noted = this.#noted;
    this.#noted = [];
    this.#probes.context.loop.runEvent(() => {
      for (const callback of noted) if (!this.#isClosed) callback();
    });
  }
}

/** One request and its answer. */
class Exchange {
  readonly #events: LinkEvents;
  readonly #note: (callback: () => void) => void;
  readonly #onEnd: (isWhole: boolean, why: string) => void;
  #stream: ClientHttp2Stream | null = null;
  #early: Uint8Array[] = [];
  #hasHead = false;
  #hasTrailers = false;
  /** Of the body, still to come; NaN = it was not said. */
  #missingBytes = NaN;
  #isOver = false;

  constructor(
    events: LinkEvents,
    note: (callback: () => void) => void,
    onEnd: (isWhole: boolean, why: string) => void,
  ) {
    this.#events = events;
    this.#note = note;
    this.#onEnd = onEnd;
  }

  get hasStream(): boolean {
    return this.#stream !== null;
  }

  begin(stream: ClientHttp2Stream, session: ClientHttp2Session): void {
    this.#stream = stream;
    const on = (callback: () => void) =>
      this.#note(() => {
        if (!this.#isOver) callback();
      });
    stream.on("response", (headers) => on(() => this.#onHead(headers)));
    stream.on("data", (bytes: Uint8Array) => on(() => this.#onBytes(bytes)));
    stream.on("trailers", (headers) => on(() => this.#onTrailers(headers)));
    stream.on("end", () => {
      const { rstCode } = stream, { destroyed } = session;
      on(() => this.#onStreamEnd(rstCode, destroyed));
    });
    stream.on("error", (error: Error) => on(() => this.#finish(false, error.message)));
    stream.on("close", () => on(() => this.#finish(false, "the host reset the stream")));
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#isOver = true;
    this.#stream?.close(CANCEL);
  }

  #onHead(headers: IncomingHttpHeaders): void {
    this.#hasHead = true;
    this.#missingBytes = Number(headers["content-length"] ?? NaN);
    this.#events.onHead(Number(headers[":status"] ?? 0), readerOf(headers));
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.#onBytes(bytes);
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.#hasHead) {
      this.#early.push(bytes);
      return;
    }
    this.#missingBytes -= bytes.length;
    this.#events.onBody(bytes, 0, bytes.length);
  }

  #onTrailers(headers: IncomingHttpHeaders): void {
    this.#hasTrailers = true;
    this.#events.onTrailers(readerOf(headers));
  }

  /** `isLost`: the connection is no more, so that what came may not be all. */
  #onStreamEnd(rstCode: number, isLost: boolean): void {
    const isCut = rstCode !== NO_ERROR || (isLost && !this.#hasTrailers && this.#missingBytes !== 0);
    this.#finish(this.#hasHead && !isCut, "the host closed the connection");
  }

  #finish(isWhole: boolean, why: string): void {
    this.#isOver = true;
    this.#onEnd(isWhole, why);
  }
}

function readerOf(headers: IncomingHttpHeaders): FieldReader {
  return (name) => {
    const value = headers[name];
    if (value === undefined) return null;
    return Array.isArray(value) ? value[0] ?? "" : String(value);
  };
}

/** The head as the platform wants it, in its order. */
function headersOf(head: RequestHead): OutgoingHttpHeaders {
  const { headers, method, path, scheme } = head;
  const fields: Record<string, string | string[]> = {
    ":method": method,
    ":authority": headers.get(HeaderId.host) ?? "",
    ":path": path,
    ":scheme": scheme,
  };
  for (const [name, value] of headers.entries()) {
    if (name === "host") continue;
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}
