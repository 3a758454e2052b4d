/**
 * A steady load of keep-alive connections that accounts for every request: each one ends as an answer, as refused before
 * it was sent (no connection to be had), or as lost after it was sent. Nothing is tried again.
 */

const REQUEST = new TextEncoder().encode("GET / HTTP/1.1\r\nhost: load.test\r\n\r\n");
const HEAD_END = "\r\n\r\n";

/** What became of all requests. */
export interface LoadOutcome {
  /** Answers by status. */
  readonly statuses: Map<number, number>;
  /** Sent, and no whole answer came: by what happened instead. */
  readonly lost: Map<string, number>;
  /** Not sent: connecting failed. */
  refused: number;
  /** Connections that the proxy closed after it had said `connection: close`, or while nothing was asked on them. */
  closedPolitely: number;
  /** From the sending of a request to the whole answer, in ms. */
  readonly latenciesMs: number[];
}

/**
 * Runs `connections` connections against `127.0.0.1:port` until `stop` is called; with a rate, all of them together send so
 * many requests a second, as long as answers come that fast.
 */
export class KeepAliveLoad {
  readonly outcome: LoadOutcome = {
    statuses: new Map(),
    lost: new Map(),
    refused: 0,
    closedPolitely: 0,
    latenciesMs: [],
  };
  readonly #port: number;
  readonly #done: Promise<void>[];
  /** Between two requests of one connection; 0 = as fast as they are answered. */
  readonly #periodMs: number;
  #isStopped = false;

  constructor(port: number, connections: number, requestsPerSecond = Infinity) {
    this.#port = port;
    this.#periodMs = 1000 * connections / requestsPerSecond;
    this.#done = Array.from({ length: connections }, () => this.#run());
  }

  /** No new requests; resolves when those under way have ended. */
  async stop(): Promise<LoadOutcome> {
    this.#isStopped = true;
    await Promise.all(this.#done);
    return this.outcome;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      let connection: Deno.TcpConn;
      try {
        connection = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      } catch {
        this.outcome.refused++;
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      await this.#ask(connection);
      connection.close();
    }
  }

  /** Asks one request after the other until the connection is of no more use. */
  async #ask(connection: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16384), decoder = new TextDecoder("latin1");
    let dueMs = performance.now() + Math.random() * this.#periodMs;
    while (!this.#isStopped) {
      let text = "";
      if (this.#periodMs > 0) await pause(dueMs - performance.now());
      dueMs = Math.max(dueMs + this.#periodMs, performance.now());
      const sentMs = performance.now();
      try {
        await connection.write(REQUEST);
        for (;;) {
          const count = await connection.read(buffer);
          if (count === null) return this.#noteEnd(text);
          text += decoder.decode(buffer.subarray(0, count));
          if (isWhole(text)) break;
        }
      } catch (error) {
        return this.#lose(error instanceof Error ? error.name : String(error));
      }
      this.outcome.latenciesMs.push(performance.now() - sentMs);
      const status = Number(text.slice(9, 12));
      this.outcome.statuses.set(status, (this.outcome.statuses.get(status) ?? 0) + 1);
      if (/\r\nconnection: close\r\n/i.test(text)) {
        this.outcome.closedPolitely++;
        return;
      }
    }
  }

  #noteEnd(text: string): void {
    this.#lose(text === "" ? "closed before the answer" : "closed inside the answer");
  }

  #lose(how: string): void {
    this.outcome.lost.set(how, (this.outcome.lost.get(how) ?? 0) + 1);
  }
}

/** Answers here have a `content-length` or no body. */
function isWhole(text: string): boolean {
  const end = text.indexOf(HEAD_END);
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? "0";
  return text.length >= end + HEAD_END.length + Number(length);
}

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
