/** DNS over TCP (RFC 7766), a connection for each question: for what does not fit a datagram, and where it is wanted. */
import { RandomBytes } from "../../base/random.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { DnsServerAddress } from "../../config/dns_config.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { answers } from "./classify.ts";
import {
  type AskedQuestion,
  type DnsExchange,
  GIVEN_UP,
  type NoResponse,
  randomId,
  timedOut,
  unreachable,
} from "./dns_exchange.ts";
import { type DnsResponse, questionBytes, readResponse } from "./dns_message.ts";

/** A message's length goes before it. */
const LENGTH_BYTES = 2;

export class TcpExchange implements DnsExchange {
  readonly #loop: EventLoop;
  readonly #ids = new RandomBytes();

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  async ask(
    server: DnsServerAddress,
    question: AskedQuestion,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<DnsResponse | NoResponse> {
    if (signal.aborted) return GIVEN_UP;
    const attempt = new AbortController();
    const timer = new Timer(this.#loop.timers, () => attempt.abort(timedOut(server)));
    const giveUp = () => {
      timer.cancel();
      attempt.abort(GIVEN_UP);
    };
    signal.addEventListener("abort", giveUp);
    this.#loop.clock.refresh();
    timer.arm(timeoutMs);
    try {
      return await this.#exchange(server, question, attempt.signal);
    } catch (error) {
      return attempt.signal.aborted ? attempt.signal.reason as NoResponse : unreachable(server, error);
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", giveUp);
    }
  }

  async #exchange(server: DnsServerAddress, question: AskedQuestion, signal: AbortSignal): Promise<DnsResponse> {
    const { host, port } = server;
    using connection = await Deno.connect({ hostname: host, port, autoSelectFamily: false, signal });
    const close = () => connection.close();
    signal.addEventListener("abort", close);
    const id = randomId(this.#ids);
    await writeAll(connection, framed(questionBytes({ id, ...question })));
    const response = readResponse(await readMessage(connection));
    signal.removeEventListener("abort", close);
    if (response?.id === id && answers(response, question.name, question.type)) return response;
    throw new Error("it answers another question");
  }
}

function framed(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(LENGTH_BYTES + message.length);
  bytes[0] = message.length >> 8;
  bytes[1] = message.length & 0xff;
  bytes.set(message, LENGTH_BYTES);
  return bytes;
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function readMessage(connection: Deno.TcpConn): Promise<Uint8Array> {
  const length = await readExactly(connection, LENGTH_BYTES);
  return readExactly(connection, length[0]! << 8 | length[1]!);
}

async function readExactly(connection: Deno.TcpConn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await connection.read(bytes.subarray(at));
    if (read === null) throw new Error("it closed the connection");
    at += read;
  }
  return bytes;
}
