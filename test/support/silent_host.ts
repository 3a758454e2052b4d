/**
 * A host on loopback that never answers a connection attempt: its queue of connections is full and nobody takes any out,
 * so the kernel drops what comes. For tests of connect timeouts.
 */

/** How many fill the queue for certain: its length is the smallest there is. */
const FILLERS = 4;

/** How long an attempt is watched before it counts as unanswered. */
const SILENCE_MS = 200;

export class SilentHost implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #fillers: Promise<Deno.TcpConn | null>[];

  private constructor(listener: Deno.TcpListener, fillers: Promise<Deno.TcpConn | null>[]) {
    this.#listener = listener;
    this.#fillers = fillers;
  }

  /** Resolves when an attempt was seen to go unanswered. */
  static async start(): Promise<SilentHost> {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
    const { port } = listener.addr;
    const fillers = Array.from(
      { length: FILLERS },
      () => Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null),
    );
    const host = new SilentHost(listener, fillers);
    const answered = await Promise.race([
      Promise.all(fillers).then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, SILENCE_MS, false)),
    ]);
    if (answered) throw new Error(`Cannot make port ${port} silent: ${FILLERS} connections were answered`);
    return host;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of await Promise.all(this.#fillers)) connection?.close();
  }
}
