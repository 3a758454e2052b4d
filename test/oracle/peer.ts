/**
 * One end of a TCP connection, by hand: any bytes out, all bytes in as they come. Text is one character a byte. What a
 * peer does wrong is no error here: a connection that is reset has ended, and what was written to it is lost.
 */
import { Buffer } from "node:buffer";
import type { Changes } from "./changes.ts";

const READ_BYTES = 65536;

export class Peer {
  /** Everything received so far. */
  text = "";
  /** The other side has ended or broken the connection, or it is closed here. */
  hasEnded = false;
  /** The port on this side. */
  readonly localPort: number;
  readonly #socket: Deno.TcpConn;
  readonly #changes: Changes;
  readonly #reading: Promise<void>;
  #isClosed = false;

  constructor(socket: Deno.TcpConn, changes: Changes) {
    this.#socket = socket;
    this.#changes = changes;
    this.localPort = socket.localAddr.port;
    this.#reading = this.#read();
  }

  /** Resolves when the bytes are handed to the kernel, or the connection is gone. */
  async send(text: string): Promise<void> {
    const bytes = Buffer.from(text, "latin1");
    try {
      for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
    } catch {
      // The other side has gone: its end is seen where it is read.
    }
  }

  /** FIN: nothing more will be sent. */
  async endWriting(): Promise<void> {
    await this.#socket.closeWrite().catch(() => {});
  }

  /** Closes both ways and waits for the reader to notice. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.close();
    }
    await this.#reading;
  }

  async #read(): Promise<void> {
    const chunk = new Uint8Array(READ_BYTES);
    for (;;) {
      const count = await this.#socket.read(chunk).catch(() => null);
      if (count === null) break;
      this.text += Buffer.from(chunk.buffer, 0, count).toString("latin1");
      this.#changes.announce();
    }
    this.hasEnded = true;
    this.#changes.announce();
  }
}
