/**
 * One connection to a WebSocket server, its bytes written by hand. The client ends as RFC 6455 section 7.1 has it: it
 * closes with a frame and waits for the server to end the connection, or answers the server's closing frame and ends.
 */
import { summaryOf } from "./websocket_echo.ts";
import { closeFrame, FrameReader, Opcode, type ReceivedFrame } from "./websocket_frames.ts";

/** How long a server may take to end a connection. */
const PATIENCE_MS = 10_000;

export interface WebSocketScript {
  /** Frames, or pieces of them, in order. */
  readonly send: readonly Uint8Array[];
  /** Bytes of one write; all at once unless given. */
  readonly pieceBytes?: number;
  /**
   * How the client ends: with a closing frame of code 1000 behind what is sent; with what is sent, which has one in it;
   * by the server's closing frame, for what is sent is wrong; or by ending the connection, without a word.
   */
  readonly ends?: "closing" | "sent" | "refused" | "dropping";
  /** Of `dropping`: frames of the server that the client waits for before. */
  readonly awaits?: number;
}

/** What the client saw. */
export interface ClientRecord {
  readonly status: string;
  /** `text 5 <digest>`, `close 1000 bye`, `… fin=0 rsv=2` each. */
  readonly frames: readonly string[];
  /** Who ended the connection first. */
  readonly endedBy: "server" | "client";
}

/** Plays a script at `path` of the server on this port. */
export async function playWebSocket(port: number, path: string, script: WebSocketScript): Promise<ClientRecord> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.close();
  }, PATIENCE_MS);
  try {
    const talk = new Talk(connection);
    await writeAll(connection, [handshake(path)]);
    const status = await talk.readHead();
    const { ends = "closing" } = script;
    const all = ends === "closing" ? [...script.send, closeFrame(1000)] : script.send;
    const writing = writeAll(connection, all, script.pieceBytes);
    if (ends === "dropping") await Promise.all([writing, talk.readFrames(script.awaits ?? 0)]);
    const endedBy = ends === "dropping" ? await talk.end() : await talk.readToEnd(ends === "refused");
    // Who does not read any more may have reset meanwhile.
    await writing.catch(() => {});
    if (isLate) throw new Error(`Waited in vain for the end of ${path}: got ${talk.frames.join(", ")}`);
    return { status, frames: talk.frames, endedBy };
  } finally {
    clearTimeout(timer);
    if (!isLate) connection.close();
  }
}

class Talk {
  readonly frames: string[] = [];
  readonly #connection: Deno.TcpConn;
  readonly #reader = new FrameReader();
  readonly #room = new Uint8Array(65536);
  #hasClosingFrame = false;
  #hasEnded = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** The status line; what follows the head are frames. */
  async readHead(): Promise<string> {
    let text = "";
    while (!text.includes("\r\n\r\n")) {
      const piece = await this.#read();
      if (piece === null) return text;
      for (const byte of piece) text += String.fromCharCode(byte);
    }
    const end = text.indexOf("\r\n\r\n") + 4;
    this.#take(Uint8Array.from(text.slice(end), (unit) => unit.charCodeAt(0)));
    return text.slice(0, text.indexOf("\r\n"));
  }

  /** Reads until the server has sent this many frames, or ended. */
  async readFrames(count: number): Promise<void> {
    while (!this.#hasEnded && this.frames.length < count) await this.#readOn();
  }

  /** Reads until the server ends; `answers`: answers its closing frame, and ends then. */
  async readToEnd(answers: boolean): Promise<ClientRecord["endedBy"]> {
    while (!this.#hasEnded) {
      await this.#readOn();
      if (!answers || !this.#hasClosingFrame || this.#hasEnded) continue;
      await writeAll(this.#connection, [closeFrame(1000)]).catch(() => {});
      return await this.end();
    }
    return "server";
  }

  /** Ends the connection and reads what still comes. */
  async end(): Promise<ClientRecord["endedBy"]> {
    await this.#connection.closeWrite().catch(() => {});
    while (!this.#hasEnded) await this.#readOn();
    return "client";
  }

  async #readOn(): Promise<void> {
    const piece = await this.#read();
    if (piece === null) this.#hasEnded = true;
    else this.#take(piece);
  }

  /** Null: the server has ended, by FIN or by reset. */
  async #read(): Promise<Uint8Array | null> {
    const count = await this.#connection.read(this.#room).catch(() => null);
    return count === null ? null : this.#room.subarray(0, count);
  }

  #take(piece: Uint8Array): void {
    for (const frame of this.#reader.push(piece)) {
      this.frames.push(textOf(frame));
      if (frame.opcode === Opcode.close) this.#hasClosingFrame = true;
    }
  }
}

function handshake(path: string): Uint8Array {
  return new TextEncoder().encode(
    `GET ${path} HTTP/1.1\r\nHost: echo.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
}

async function writeAll(connection: Deno.TcpConn, parts: readonly Uint8Array[], pieceBytes = Infinity): Promise<void> {
  for (const part of parts) {
    for (let at = 0; at < part.length;) {
      at += await connection.write(part.subarray(at, Math.min(part.length, at + pieceBytes)));
    }
  }
}

const NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(Opcode).map(([name, opcode]) => [opcode, name]),
);

function textOf({ fin, rsv, opcode, payload }: ReceivedFrame): string {
  const name = NAMES[opcode] ?? `opcode ${opcode}`;
  const odd = `${fin ? "" : " fin=0"}${rsv === 0 ? "" : ` rsv=${rsv}`}`;
  if (opcode !== Opcode.close || payload.length < 2) return summaryOf(name, payload) + odd;
  const code = new DataView(payload.buffer).getUint16(0);
  return `close ${code} ${new TextDecoder().decode(payload.subarray(2))}`.trimEnd() + odd;
}
