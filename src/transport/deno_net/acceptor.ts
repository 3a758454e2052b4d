/**
 * Listening sockets of the platform. Workers listen on the same TCP address with `reusePort` and the kernel spreads the
 * connections over them.
 *
 * A failed accept (no descriptor left, a peer that was gone already) never ends the loop: it waits a little, longer
 * each time, and goes on.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { EventLoop } from "../event_loop.ts";
import type { Acceptor, Connection, ConnectionOptions, TransportAddress } from "../transport.ts";
import { openSocket, type Socket, transportAddress } from "./socket_wire.ts";

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1000;
/** Turns of the platform's loop without an accept after which the queue counts as empty. */
const QUIET_TURNS = 2;
/** Under a storm of connections the queue is never empty: it is left after so many turns. */
const MOST_TURNS = 100;

/** What an acceptor hands each new connection's owner. Who does not want the connection closes it. */
export type AcceptListener = (connection: Connection) => void;

/** Options of a listening socket and of the connections it accepts. */
export interface AcceptorOptions extends ConnectionOptions {
  /** Length of the kernel's queue (`tcp_backlog_size`); without it the platform's. */
  readonly backlog?: number;
}

export class SocketAcceptor implements Acceptor {
  readonly localAddress: TransportAddress;
  readonly #loop: EventLoop;
  readonly #listener: Deno.Listener<Socket, Deno.Addr>;
  /** Of the connections that are accepted from now on. */
  options: ConnectionOptions;
  readonly #onAccept: AcceptListener;
  readonly #retry: Timer;
  #pauseMs = FIRST_PAUSE_MS;
  #isClosed = false;
  #isPaused = false;
  #isAccepting = false;
  /** Accepted so far: shows `closeAfterQueue` whether a turn was quiet. */
  #acceptedCount = 0;

  /** Starts listening; throws the platform's error if the address cannot be had. */
  constructor(loop: EventLoop, address: TransportAddress, options: AcceptorOptions, onAccept: AcceptListener) {
    this.#loop = loop;
    this.options = options;
    this.#onAccept = onAccept;
    this.#retry = new Timer(loop.timers, () => this.#accept());
    this.#listener = listen(address, options.backlog);
    this.localAddress = transportAddress(this.#listener.addr);
    this.#accept();
  }

  /** Stops (true) or goes on (false) taking connections; they wait in the kernel's queue. One may still be taken. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused && !this.#isClosed && !this.#isAccepting && !this.#retry.isArmed) this.#accept();
  }

  /** The platform frees the address in the next turn of its loop, when the accept under way has ended. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#retry.cancel();
    this.#listener.close();
  }

  /**
   * Takes what already waits in the kernel's queue, then closes: a connection in the queue of a closed socket is reset.
   * One that arrives in the very moment of closing still is (measured at 14,000 new connections a second: one or two).
   * The address is free when the promise resolves.
   */
  async closeAfterQueue(): Promise<void> {
    this.pause(false);
    let quietTurns = 0;
    let seen = this.#acceptedCount;
    for (let turn = 0; turn < MOST_TURNS && quietTurns < QUIET_TURNS && !this.#isClosed; turn++) {
      await nextTurn();
      quietTurns = this.#acceptedCount === seen ? quietTurns + 1 : 0;
      seen = this.#acceptedCount;
    }
    this.close();
    await nextTurn();
  }

  #accept(): void {
    if (this.#isPaused) return;
    this.#isAccepting = true;
    this.#listener.accept().then(this.#onAccepted, this.#onFailed);
  }

  readonly #onAccepted = (socket: Socket): void => {
    this.#isAccepting = false;
    if (this.#isClosed) return socket.close();
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#acceptedCount++;
    this.#loop.enter();
    this.#hand(socket);
    this.#loop.leave();
    if (!this.#isClosed) this.#accept();
  };

  readonly #onFailed = (): void => {
    this.#isAccepting = false;
    if (this.#isClosed) return;
    this.#loop.enter();
    this.#retry.arm(this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#loop.leave();
  };

  #hand(socket: Socket): void {
    let connection;
    try {
      connection = openSocket(this.#loop, socket, this.options);
    } catch {
      // The peer was gone before its socket could be set up.
      return socket.close();
    }
    try {
      this.#onAccept(connection);
    } catch (error) {
      this.#loop.bug(error, connection);
    }
  }
}

function listen(address: TransportAddress, backlog: number | undefined): Deno.Listener<Socket, Deno.Addr> {
  if (address.kind === "pipe") return Deno.listen({ transport: "unix", path: address.path });
  const where = { hostname: address.host, port: address.port, reusePort: true };
  return Deno.listen(backlog === undefined ? where : { ...where, tcpBacklog: backlog });
}

/** The platform's loop has looked at its sockets once more. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
