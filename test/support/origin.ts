/**
 * A real HTTP origin inside the test, on a port the kernel picks. It keeps what it was asked.
 *
 * ```ts
 * await using origin = startOrigin(() => new Response("hello"));
 * const config = yamlWith(origin.port);
 * ```
 */

/** One request an origin got. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Headers;
}

export type OriginHandler = (request: Request) => Response | Promise<Response>;

export class Origin implements AsyncDisposable {
  /** In the order they came; bodies are the handler's to read. */
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(handler: OriginHandler) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname, search } = new URL(request.url);
      this.requests.push({ method: request.method, path: pathname + search, headers: request.headers });
      return handler(request);
    });
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends when the requests in work have ended. */
  async stop(): Promise<void> {
    await this.#server.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Starts an origin; without a handler it answers every request with `origin` and its port. */
export function startOrigin(handler?: OriginHandler): Origin {
  const origin: Origin = new Origin(handler ?? (() => new Response(`origin ${origin.port}\n`)));
  return origin;
}
