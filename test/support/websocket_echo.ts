/**
 * A WebSocket origin inside the test: the npm package `ws`, which shares no code with us, sends back every message. What
 * it saw of a connection is kept by the path that was asked for.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createHash } from "node:crypto";
import { WebSocketServer } from "ws";

/** What is used of the package, which has no types of its own. */
interface SocketServer {
  readonly clients: Iterable<Socket>;
  on(event: "connection", listener: (socket: Socket, request: IncomingMessage) => void): void;
  close(): void;
}

interface Socket {
  on(event: "message", listener: (data: Uint8Array, isBinary: boolean) => void): void;
  on(event: "error", listener: (error: Error & { readonly code?: string }) => void): void;
  on(event: "close", listener: (code: number, reason: Uint8Array) => void): void;
  send(data: Uint8Array, options: { readonly binary: boolean }): void;
  terminate(): void;
}

/** What an origin saw of one connection. */
export interface EchoRecord {
  /** `text 5 <digest>` each. */
  readonly messages: readonly string[];
  /** Codes of what it refused. */
  readonly errors: readonly string[];
  /** Code and reason with which it ended for the origin. */
  readonly close: string;
}

/** One message, or one frame's payload, for comparing: what it is, its length and a digest. */
export function summaryOf(kind: string, bytes: Uint8Array): string {
  return `${kind} ${bytes.length} ${createHash("sha1").update(bytes).digest("hex").slice(0, 12)}`;
}

/** Echoes on a port of loopback that the kernel picks. */
export class WebSocketEcho implements AsyncDisposable {
  readonly #http: Server;
  readonly #sockets: SocketServer;
  readonly #ended = new Map<string, PromiseWithResolvers<EchoRecord>>();

  private constructor(http: Server) {
    this.#http = http;
    this.#sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
    this.#sockets.on("connection", (socket, request) => this.#serve(socket, request.url ?? ""));
  }

  /** Listens. */
  static async start(): Promise<WebSocketEcho> {
    const http = createServer();
    const echo = new WebSocketEcho(http);
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return echo;
  }

  get port(): number {
    const address = this.#http.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** What the origin saw of the connection that asked for `path`, when it has ended. */
  seen(path: string): Promise<EchoRecord> {
    return this.#endOf(path).promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #serve(socket: Socket, path: string): void {
    const messages: string[] = [], errors: string[] = [];
    socket.on("message", (bytes, isBinary) => {
      messages.push(summaryOf(isBinary ? "binary" : "text", bytes));
      socket.send(bytes, { binary: isBinary });
    });
    socket.on("error", (error) => errors.push(error.code ?? error.message));
    socket.on("close", (code, reason) => {
      this.#endOf(path).resolve({ messages, errors, close: `${code} ${new TextDecoder().decode(reason)}` });
    });
  }

  #endOf(path: string): PromiseWithResolvers<EchoRecord> {
    let ended = this.#ended.get(path);
    if (ended === undefined) this.#ended.set(path, ended = Promise.withResolvers());
    return ended;
  }
}
