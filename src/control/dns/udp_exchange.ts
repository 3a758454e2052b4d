/**
 * DNS over UDP. Questions to a server share a socket while there are any, up to a number: then the next one gets a new
 * socket, with a port that the kernel picks. A response counts only from the server's own address, with an id that is
 * waited for and the question it was given to (RFC 5452): whoever forges one must guess port and id. Whatever else comes is
 * passed over, and the wait goes on.
 */
import { hostPortText } from "../../base/address_text.ts";
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

/** Few enough that a port is not worth guessing, many enough that a start with a thousand names needs ten sockets. */
const QUESTIONS_PER_SOCKET = 100;

export class UdpExchange implements DnsExchange {
  readonly #loop: EventLoop;
  readonly #ids = new RandomBytes();
  /** The one that takes questions, by server. */
  readonly #sockets = new Map<string, UdpSocket>();

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  ask(server: DnsServerAddress, question: AskedQuestion, timeoutMs: number, signal: AbortSignal) {
    if (signal.aborted) return Promise.resolve(GIVEN_UP);
    const key = hostPortText(server);
    let socket = this.#sockets.get(key);
    if (socket === undefined || !socket.takesQuestions) {
      try {
        socket = new UdpSocket(server, this.#loop, this.#ids);
      } catch (error) {
        return Promise.resolve(unreachable(server, error));
      }
      this.#sockets.set(key, socket);
    }
    return socket.ask(question, timeoutMs, signal);
  }
}

/** A question that waits for its answer. */
interface Waiting {
  readonly question: AskedQuestion;
  readonly settle: (result: DnsResponse | NoResponse) => void;
}

/** Closes itself when nobody waits. */
class UdpSocket {
  readonly #server: DnsServerAddress;
  readonly #loop: EventLoop;
  readonly #ids: RandomBytes;
  readonly #socket: Deno.DatagramConn;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #isOpen = true;

  constructor(server: DnsServerAddress, loop: EventLoop, ids: RandomBytes) {
    this.#server = server;
    this.#loop = loop;
    this.#ids = ids;
    const hostname = server.host.includes(":") ? "::" : "0.0.0.0";
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    void this.#receive();
  }

  get takesQuestions(): boolean {
    return this.#isOpen && this.#asked < QUESTIONS_PER_SOCKET;
  }

  ask(question: AskedQuestion, timeoutMs: number, signal: AbortSignal): Promise<DnsResponse | NoResponse> {
    const { promise, resolve } = Promise.withResolvers<DnsResponse | NoResponse>();
    const id = this.#freshId();
    this.#asked++;
    const giveUp = () => settle(GIVEN_UP);
    const timer = new Timer(this.#loop.timers, () => settle(timedOut(this.#server)));
    const settle = (result: DnsResponse | NoResponse) => {
      if (!this.#waiting.delete(id)) return;
      timer.cancel();
      signal.removeEventListener("abort", giveUp);
      resolve(result);
      if (this.#waiting.size === 0) this.#close();
    };
    this.#waiting.set(id, { question, settle });
    signal.addEventListener("abort", giveUp);
    this.#loop.clock.refresh();
    timer.arm(timeoutMs);
    const to: Deno.NetAddr = { transport: "udp", hostname: this.#server.host, port: this.#server.port };
    this.#socket.send(questionBytes({ id, ...question }), to).catch((error) =>
      this.#loop.runEvent(() => settle(unreachable(this.#server, error)))
    );
    return promise;
  }

  #freshId(): number {
    for (;;) {
      const id = randomId(this.#ids);
      if (!this.#waiting.has(id)) return id;
    }
  }

  async #receive(): Promise<void> {
    while (this.#isOpen) {
      try {
        const [bytes, from] = await this.#socket.receive();
        this.#loop.runEvent(() => this.#onDatagram(bytes, from as Deno.NetAddr));
      } catch (error) {
        // It was closed; or the system says that an earlier datagram found nobody.
        if (this.#isOpen) this.#loop.runEvent(() => this.#onFailure(error));
      }
    }
  }

  #onDatagram(bytes: Uint8Array, from: Deno.NetAddr): void {
    const { host, port } = this.#server;
    if (from.port !== port || from.hostname !== host.replace(/%.*/, "")) return;
    const response = readResponse(bytes);
    if (response === null) return;
    const waiting = this.#waiting.get(response.id);
    if (waiting === undefined || !answers(response, waiting.question.name, waiting.question.type)) return;
    waiting.settle(response);
  }

  #onFailure(error: unknown): void {
    for (const { settle } of [...this.#waiting.values()]) settle(unreachable(this.#server, error));
    this.#close();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close();
  }
}
