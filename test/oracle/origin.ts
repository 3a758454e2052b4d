/**
 * The origin behind a proxy under test: real sockets, scripted by the request itself. The behaviour is named by the
 * field `x-origin` or by the first segment of the path (behaviours.ts has them); everything it is sent is kept. `x-origin`
 * may list several, with commas, for the first, the second, … request of a case.
 */
import { BEHAVIOURS, OK } from "./behaviours.ts";
import type { Changes } from "./changes.ts";
import { Exchange, ORIGIN_PATIENCE_MS } from "./exchange.ts";
import { Peer } from "./peer.ts";

/** A listening socket of loopback with scripted answers. */
export class Origin implements AsyncDisposable {
  /** In the order in which they began. */
  readonly exchanges: Exchange[] = [];
  readonly openGates = new Set<string>();
  readonly changes: Changes;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #peers = new Set<Peer>();
  readonly #accepting: Promise<void>;
  readonly #serving = new Set<Promise<void>>();

  /** An HTTP origin; `isRaw`: one that knows bytes only and sends them back. */
  constructor(changes: Changes, isRaw = false) {
    this.changes = changes;
    this.#accepting = this.#accept(isRaw);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Forgets what was before: a new case begins. */
  begin(): void {
    this.exchanges.length = 0;
    this.openGates.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await Promise.all([...this.#peers].map((peer) => peer.close()));
    await this.#accepting;
    await Promise.all(this.#serving);
  }

  async #accept(isRaw: boolean): Promise<void> {
    for await (const socket of this.#listener) {
      const peer = new Peer(socket, this.changes);
      this.#peers.add(peer);
      const serving = (isRaw ? this.#serveBytes(peer) : this.#serveHttp(peer)).finally(async () => {
        await peer.close();
        this.#peers.delete(peer);
        this.#serving.delete(serving);
      });
      this.#serving.add(serving);
    }
  }

  async #serveHttp(peer: Peer): Promise<void> {
    for (let start = 0;;) {
      const isThere = () => peer.text.includes("\r\n\r\n", start);
      // An idle connection waits as long as the proxy keeps it: its end comes at the latest with the origin's own.
      while (!isThere() && !peer.hasEnded) {
        await this.changes.until(() => isThere() || peer.hasEnded, ORIGIN_PATIENCE_MS);
      }
      if (!isThere()) return;
      const exchange = new Exchange(this, peer, start);
      this.#add(exchange);
      const isLast = await (BEHAVIOURS[this.#turnOf(exchange)] ?? OK)(exchange);
      exchange.isCut = isLast !== true && peer.hasEnded;
      exchange.isOver = true;
      this.changes.announce();
      if (isLast === true || exchange.isCut) return;
      start = exchange.end;
    }
  }

  /** Of a list of behaviours, the one whose turn it is in this case; the last one stays. */
  #turnOf(exchange: Exchange): string {
    const turns = exchange.behaviour.split(",");
    return turns[Math.min(this.exchanges.indexOf(exchange), turns.length - 1)]!;
  }

  #add(exchange: Exchange): void {
    this.exchanges.push(exchange);
    this.changes.announce();
  }

  async #serveBytes(peer: Peer): Promise<void> {
    const exchange = new Exchange(this, peer, 0);
    this.#add(exchange);
    let hasEnded = false;
    for (let sent = 0; !hasEnded && !exchange.isCut;) {
      await exchange.until(() => peer.text.length > sent);
      const fresh = peer.text.slice(sent);
      sent += fresh.length;
      await peer.send(fresh);
      hasEnded = fresh.includes("bye");
      exchange.isCut = !hasEnded && peer.hasEnded;
    }
    exchange.isOver = true;
    this.changes.announce();
  }
}
