/** Sends a tested request through a listener's own socket, and tells what came back. */
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { SentRequest } from "../../admin/contract/route_trial.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { SocketDialer } from "../../transport/deno_net/dialer.ts";
import type { ConnectAttempt, Connection, ConnectionHandler, TransportAddress } from "../../transport/transport.ts";

/** Waits no longer for the whole answer. */
const PATIENCE_MS = 10_000;
/** Of an answer, so much is kept to read its head from. */
const MAX_HEAD_BYTES = 64 * 1024;
const OPTIONS = { bufferLimitBytes: 1 << 20, idleReadBytes: 4096, tcpKeepalive: false } as const;

/** What goes out: without line ends in any part. */
export interface WrittenRequest {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** Sends it and resolves with what came of it; never throws. */
export function sendRequest(request: WrittenRequest, address: TransportAddress, loop: EventLoop): Promise<SentRequest> {
  return new Promise((resolve) => loop.runEvent(() => new Exchange(request, address, loop, resolve).begin()));
}

class Exchange implements ConnectionHandler {
  readonly #text: string;
  readonly #address: TransportAddress;
  readonly #loop: EventLoop;
  readonly #tell: (sent: SentRequest) => void;
  readonly #timer: Timer;
  readonly #startMs: number;
  #attempt: ConnectAttempt | null = null;
  #connection: Connection | null = null;
  #head = "";
  #bytes = 0;

  constructor(
    request: WrittenRequest,
    address: TransportAddress,
    loop: EventLoop,
    tell: (sent: SentRequest) => void,
  ) {
    this.#text = wireText(request);
    this.#address = address;
    this.#loop = loop;
    this.#tell = tell;
    this.#startMs = loop.clock.nowMs;
    this.#timer = new Timer(loop.timers, () => this.#end(`no whole answer within ${PATIENCE_MS / 1000} s`));
  }

  begin(): void {
    this.#timer.arm(PATIENCE_MS);
    this.#attempt = new SocketDialer(this.#loop).connect(
      this.#address,
      OPTIONS,
      (connection) => {
        this.#attempt = null;
        this.#connection = connection;
        connection.open(this);
        connection.sink.writer.writeBytes(latin1Bytes(this.#text));
        connection.sink.touch();
      },
      ({ text }) => {
        this.#attempt = null;
        this.#end(`cannot connect: ${text}`);
      },
    );
  }

  onBytes(block: ByteBlock, start: number, end: number): number {
    const room = MAX_HEAD_BYTES - this.#head.length;
    if (room > 0) this.#head += latin1Text(block.bytes, start, Math.min(end, start + room));
    this.#bytes += end - start;
    return end;
  }

  /** The request asks for the connection to close: its end is the answer's. */
  onEnd(): void {
    this.#end("the connection ended without an answer");
  }

  onClose(): void {
    this.#end("the connection was closed without an answer");
  }

  onWriteBlocked(): void {}

  /** `withoutAnswer`: why, if there is none. */
  #end(withoutAnswer: string): void {
    if (!this.#timer.isArmed) return;
    this.#timer.cancel();
    this.#attempt?.cancel();
    this.#connection?.close("abort");
    const headEnd = this.#head.indexOf("\r\n\r\n"), lines = this.#head.slice(0, Math.max(0, headEnd)).split("\r\n");
    const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(lines[0] ?? "")?.[1] ?? 0);
    this.#tell({
      status,
      duration_ms: Math.round(this.#loop.clock.refresh() - this.#startMs),
      headers: lines.slice(1).map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
      body_bytes: status === 0 ? 0 : this.#bytes - headEnd - 4,
      error: status === 0 ? withoutAnswer : "",
    });
  }
}

function wireText({ method, authority, path, headers }: WrittenRequest): string {
  const fields = [
    ["host", authority],
    ...headers.filter(([name]) => !["host", "connection", "content-length", "transfer-encoding"].includes(name)),
    ["x-envoy-force-trace", "true"],
    ["connection", "close"],
  ];
  return `${method} ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}
