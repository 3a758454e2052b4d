/** An origin whose answers to health checks and to traffic are turned while a scenario runs, and that can go and return. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What an origin answers: a status with fields, nothing until it is turned, or a reset. */
export type Mood = number | "held" | "reset" | { readonly status: number; readonly fields: Record<string, string> };

export class ScriptedOrigin implements AsyncDisposable {
  readonly name: string;
  port = 0;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  /** `/health`, and everything else. */
  readonly #moods: Record<"health" | "traffic", Mood> = { health: 200, traffic: 200 };
  readonly #held: Record<"health" | "traffic", Set<ServerResponse>> = { health: new Set(), traffic: new Set() };
  #waiting: (() => void)[] = [];

  private constructor(name: string) {
    this.name = name;
  }

  static async start(name: string): Promise<ScriptedOrigin> {
    const origin = new ScriptedOrigin(name);
    await origin.start();
    return origin;
  }

  /** How health checks are answered from now on; those that are held are answered so too. */
  set health(mood: Mood) {
    this.#turn("health", mood);
  }

  /** The same of other requests. */
  set traffic(mood: Mood) {
    this.#turn("traffic", mood);
  }

  /** Resolves when so many requests of this kind wait for their answers. */
  async untilHeld(kind: "health" | "traffic", count: number): Promise<void> {
    while (this.#held[kind].size < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Listens, again on the port it had. */
  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      const kind = request.url === "/health" ? "health" : "traffic";
      request.resume();
      response.on("close", () => this.#held[kind].delete(response));
      this.#answer(kind, response);
    });
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", () => resolve());
    });
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Nobody listens there any more; connections are reset. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #turn(kind: "health" | "traffic", mood: Mood): void {
    this.#moods[kind] = mood;
    for (const response of [...this.#held[kind]]) this.#answer(kind, response);
  }

  #answer(kind: "health" | "traffic", response: ServerResponse): void {
    const mood = this.#moods[kind];
    this.#held[kind].delete(response);
    if (mood === "held") this.#held[kind].add(response);
    else if (mood === "reset") response.socket?.resetAndDestroy();
    else {
      const { status, fields } = typeof mood === "number" ? { status: mood, fields: {} } : mood;
      response.sendDate = false;
      response.writeHead(status, { "content-length": String(this.name.length), ...fields }).end(this.name);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
