/**
 * Opens TCP and unix connections of the platform. An attempt may be given up at any time: a socket that connects late
 * is closed, and nobody hears of it.
 */
import { invariant } from "../../base/errors.ts";
import type { EventLoop } from "../event_loop.ts";
import type {
  ConnectAttempt,
  ConnectFailure,
  Connection,
  ConnectionOptions,
  Dialer,
  TransportAddress,
} from "../transport.ts";
import { openSocket, type Socket } from "./socket_wire.ts";

export class SocketDialer implements Dialer {
  readonly #loop: EventLoop;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  connect(
    address: TransportAddress,
    options: ConnectionOptions,
    onConnect: (connection: Connection) => void,
    onFailure: (failure: ConnectFailure) => void,
  ): ConnectAttempt {
    return new SocketAttempt(this.#loop, address, options, onConnect, onFailure);
  }
}

class SocketAttempt implements ConnectAttempt {
  readonly #loop: EventLoop;
  readonly #options: ConnectionOptions;
  readonly #onConnect: (connection: Connection) => void;
  readonly #onFailure: (failure: ConnectFailure) => void;
  readonly #abort = new AbortController();
  #isOver = false;

  constructor(
    loop: EventLoop,
    address: TransportAddress,
    options: ConnectionOptions,
    onConnect: (connection: Connection) => void,
    onFailure: (failure: ConnectFailure) => void,
  ) {
    this.#loop = loop;
    this.#options = options;
    this.#onConnect = onConnect;
    this.#onFailure = onFailure;
    dial(address, this.#abort.signal).then((socket) => this.#connected(socket), (error) => this.#failed(error));
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#abort.abort();
  }

  #connected(socket: Socket): void {
    if (this.#isOver) return socket.close();
    let connection;
    try {
      connection = openSocket(this.#loop, socket, this.#options);
    } catch (error) {
      // The peer was gone before its socket could be set up.
      socket.close();
      return this.#failed(error);
    }
    this.#isOver = true;
    this.#loop.enter();
    try {
      this.#onConnect(connection);
    } catch (error) {
      this.#loop.bug(error, connection);
    }
    this.#loop.leave();
  }

  #failed(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#loop.runEvent(() => this.#onFailure(connectFailure(error)));
  }
}

function dial(address: TransportAddress, signal: AbortSignal): Promise<Socket> {
  // The platform's promise cannot be withdrawn here: a late socket is closed instead.
  if (address.kind === "pipe") return Deno.connect({ transport: "unix", path: address.path });
  return Deno.connect({ hostname: address.host, port: address.port, autoSelectFamily: false, signal });
}

/** Sorts the platform's error; its text without the number that the platform adds. */
export function connectFailure(error: unknown): ConnectFailure {
  invariant(error instanceof Error, "The platform failed without an error");
  return { kind: failureKind(error), text: error.message.replace(/ \(os error \d+\)$/, "") };
}

function failureKind(error: Error): ConnectFailure["kind"] {
  if (error instanceof Deno.errors.ConnectionRefused) return "refused";
  // No such socket file: nobody listens there.
  if (error instanceof Deno.errors.NotFound) return "refused";
  if (error instanceof Deno.errors.NetworkUnreachable || error instanceof Deno.errors.AddrNotAvailable) {
    return "unreachable";
  }
  // The platform has no class of its own for a missing route.
  return /unreachable|no route to host/i.test(error.message) ? "unreachable" : "other";
}
