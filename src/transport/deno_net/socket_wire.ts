/**
 * A TCP or unix socket of the platform as a wire. The four outcomes are bound once per connection: a read or a write
 * makes nothing but the promise that the platform returns and the one that waits for it.
 */
import type { EventLoop } from "../event_loop.ts";
import { StreamConnection, type Wire } from "../stream_connection.ts";
import type { ConnectionOptions, TransportAddress } from "../transport.ts";

/** The platform's stream sockets. */
export type Socket = Deno.TcpConn | Deno.UnixConn;

/** Makes a connection of a connected socket and owns it from now on. */
export function openSocket(loop: EventLoop, socket: Socket, options: ConnectionOptions): StreamConnection {
  if (isTcp(socket)) {
    socket.setNoDelay(true);
    if (options.tcpKeepalive) socket.setKeepAlive(true);
  }
  return new StreamConnection(loop, options, (connection) => new SocketWire(socket, connection));
}

/** How a socket that takes both families names an IPv4 peer. */
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** The platform's address in our words: an IPv4 address is one whichever socket has it. */
export function transportAddress(address: Deno.Addr): TransportAddress {
  if ("hostname" in address) {
    const { hostname, port } = address;
    return { kind: "ip", host: MAPPED_IPV4.exec(hostname)?.[1] ?? hostname, port };
  }
  // The unnamed end of a unix socket has no path.
  return { kind: "pipe", path: "path" in address ? address.path ?? "" : "" };
}

class SocketWire implements Wire {
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  readonly #socket: Socket;
  readonly #onRead: (count: number | null) => void;
  readonly #onReadFailed: () => void;
  readonly #onWritten: (count: number) => void;
  readonly #onWriteFailed: () => void;

  constructor(socket: Socket, connection: StreamConnection) {
    this.#socket = socket;
    this.localAddress = transportAddress(socket.localAddr);
    this.remoteAddress = transportAddress(socket.remoteAddr);
    this.#onRead = (count) => count === null ? connection.readEnded() : connection.readDone(count);
    this.#onReadFailed = () => connection.readFailed();
    this.#onWritten = (count) => connection.writeDone(count);
    this.#onWriteFailed = () => connection.writeFailed();
  }

  startRead(room: Uint8Array<ArrayBuffer>): void {
    this.#socket.read(room).then(this.#onRead, this.#onReadFailed);
  }

  startWrite(bytes: Uint8Array): void {
    this.#socket.write(bytes).then(this.#onWritten, this.#onWriteFailed);
  }

  shutdown(): void {
    this.#socket.closeWrite().catch(ignoreGone);
  }

  close(): void {
    this.#socket.close();
  }
}

/** The peer was faster: reading will say so. */
function ignoreGone(): void {}

function isTcp(socket: Socket): socket is Deno.TcpConn {
  return socket.localAddr.transport === "tcp";
}
