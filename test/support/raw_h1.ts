/**
 * HTTP/1 by hand, for what no honest client or origin sends: raw bytes out, messages or bytes in, over TCP or a unix
 * socket. Text is one character a byte. Every wait is bounded; when one ends in vain the error holds what had come.
 */

/** How long a peer may take for the next bytes. */
const PATIENCE_MS = 10_000;

export interface RawMessage {
  /** `HTTP/1.1 200 OK` or `GET / HTTP/1.1`. */
  readonly startLine: string;
  /** 0 for a request. */
  readonly status: number;
  /** In their order, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded. */
  readonly body: string;
  /** Of a chunked message; names as sent. */
  readonly trailers: readonly (readonly [name: string, value: string])[];
  /** Values of the fields of this name (in lower case), joined; null when there is none. */
  header(name: string): string | null;
}

/** Connects to `127.0.0.1:80`, `http://127.0.0.1:80` or the path of a unix socket. */
export async function connectRaw(address: string): Promise<RawConnection> {
  if (address.startsWith("/")) return new RawConnection(await Deno.connect({ transport: "unix", path: address }));
  const { hostname, port } = new URL(address.includes("://") ? address : `http://${address}`);
  const connection = await Deno.connect({ hostname: hostname.replace(/[[\]]/g, ""), port: Number(port) });
  // What a test sends in pieces leaves in pieces.
  connection.setNoDelay(true);
  return new RawConnection(connection);
}

/** Sends `text` on a connection of its own and reads one response. */
export async function askRaw(address: string, text: string, options: ReadOptions = {}): Promise<RawMessage> {
  await using connection = await connectRaw(address);
  await connection.send(text);
  return await connection.readMessage(options);
}

export interface ReadOptions {
  /** The response is to a HEAD request: no body follows. */
  readonly isHead?: boolean;
}

export class RawConnection implements AsyncDisposable {
  readonly #connection: Deno.Conn;
  readonly #chunk = new Uint8Array(65536);
  #received = "";
  #hasEnded = false;
  #isClosed = false;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Sends bytes given as text. */
  send(text: string): Promise<void> {
    return this.sendBytes(Uint8Array.from(text, (unit) => unit.charCodeAt(0)));
  }

  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** Reads a request or a response, its body decoded. A response without a length runs to the end of the connection. */
  async readMessage({ isHead = false }: ReadOptions = {}): Promise<RawMessage> {
    const head = await this.readHead();
    const [startLine = "", ...lines] = head.split("\r\n");
    const headers = lines.map(splitField);
    const status = startLine.startsWith("HTTP/") ? Number(startLine.slice(9, 12)) : 0;
    const header = (name: string) => {
      const values = headers.filter(([found]) => found.toLowerCase() === name).map(([, value]) => value);
      return values.length === 0 ? null : values.join(",");
    };
    const trailers: (readonly [string, string])[] = [];
    let body = "";
    const length = header("content-length");
    if (isHead || status >= 100 && status < 200 || status === 204 || status === 304) body = "";
    else if (header("transfer-encoding") === "chunked") body = await this.#readChunked(trailers);
    else if (length !== null) body = await this.read(Number(length));
    else if (status !== 0) body = await this.readToEnd();
    return { startLine, status, headers, body, trailers, header };
  }

  /** The next `count` bytes. */
  async read(count: number): Promise<string> {
    while (this.#received.length < count) await this.#readMore(`${count} bytes`);
    const text = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return text;
  }

  /** Everything up to the peer's FIN; a reset counts as an end too. */
  async readToEnd(): Promise<string> {
    while (!this.#hasEnded) await this.#readMore("the end of the connection", true);
    const text = this.#received;
    this.#received = "";
    return text;
  }

  /** Start line and fields, as they came, without the empty line. */
  readHead(): Promise<string> {
    return this.#take("\r\n\r\n");
  }

  /** At least one byte, or none at the end; valid until the next read. For bodies too big to keep as text. */
  async readSome(): Promise<Uint8Array> {
    const received = this.#received;
    this.#received = "";
    if (received !== "") return Uint8Array.from(received, (unit) => unit.charCodeAt(0));
    return this.#chunk.subarray(0, await this.#connection.read(this.#chunk) ?? 0);
  }

  /** The peer has ended or broken the connection, and nothing is left to read. */
  async isEnded(): Promise<boolean> {
    return await this.readToEnd() === "";
  }

  /** FIN: nothing more will be sent. */
  closeWrite(): Promise<void> {
    return (this.#connection as Deno.TcpConn).closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #readChunked(trailers: (readonly [string, string])[]): Promise<string> {
    let body = "";
    for (;;) {
      const size = parseInt(await this.#take("\r\n"), 16);
      if (size === 0) break;
      body += await this.read(size);
      await this.read(2);
    }
    for (let line = await this.#take("\r\n"); line !== ""; line = await this.#take("\r\n")) {
      trailers.push(splitField(line));
    }
    return body;
  }

  /** Text before `end`, which is taken too. */
  async #take(end: string): Promise<string> {
    let at = this.#received.indexOf(end);
    while (at < 0) {
      await this.#readMore(JSON.stringify(end));
      at = this.#received.indexOf(end);
    }
    const text = this.#received.slice(0, at);
    this.#received = this.#received.slice(at + end.length);
    return text;
  }

  async #readMore(wanted: string, mayEnd = false): Promise<void> {
    let hasTimedOut = false;
    const timer = setTimeout(() => {
      hasTimedOut = true;
      this.close();
    }, PATIENCE_MS);
    const count = this.#hasEnded ? null : await this.#connection.read(this.#chunk).catch(() => null);
    clearTimeout(timer);
    if (count === null) this.#hasEnded = true;
    else for (const byte of this.#chunk.subarray(0, count)) this.#received += String.fromCharCode(byte);
    if (count === null && (!mayEnd || hasTimedOut)) {
      const found = `found ${JSON.stringify(this.#received)}, ${hasTimedOut ? "then silence" : "then the end"}`;
      throw new Error(`Cannot read ${wanted} from the peer: ${found}`);
    }
  }
}

/** A TCP or unix server inside the test, scripted connection by connection. */
export class RawOrigin implements AsyncDisposable {
  readonly #listener: Deno.TcpListener | Deno.UnixListener;
  readonly #open = new Set<RawConnection>();
  readonly #failures: unknown[] = [];
  readonly #accepting: Promise<void>;
  /** Connections so far. */
  accepted = 0;

  constructor(listener: Deno.TcpListener | Deno.UnixListener, script: RawScript) {
    this.#listener = listener;
    this.#accepting = this.#accept(script);
  }

  get port(): number {
    const { addr } = this.#listener;
    return "port" in addr ? addr.port : 0;
  }

  /**
   * Closes everything and throws what a script threw, but for the loss of its connection. Scripts that wait for
   * something else than their connection are left to wait.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    await this.#accepting;
    await new Promise((resolve) => setTimeout(resolve));
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #accept(script: RawScript): Promise<void> {
    for await (const socket of this.#listener) {
      const connection = new RawConnection(socket);
      this.#open.add(connection);
      script(connection, this.accepted++).catch((error) => {
        if (!isConnectionLoss(error)) this.#failures.push(error);
      }).finally(() => {
        connection.close();
        this.#open.delete(connection);
      });
    }
  }
}

/** What one connection (counted from 0) does; it is closed when the script ends. */
export type RawScript = (connection: RawConnection, index: number) => Promise<void>;

/** Starts a scripted origin on a port of loopback that the kernel picks, or on the path of a unix socket. */
export function startRawOrigin(script: RawScript, path?: string): RawOrigin {
  if (path !== undefined) return new RawOrigin(Deno.listen({ transport: "unix", path }), script);
  return new RawOrigin(Deno.listen({ hostname: "127.0.0.1", port: 0 }), script);
}

/** A script that answers every request of every connection with the same bytes and keeps what it was asked. */
export function answering(text: string, requests: RawMessage[] = []): RawScript {
  return async (connection) => {
    for (;;) {
      requests.push(await connection.readMessage());
      await connection.send(text);
    }
  };
}

function splitField(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function isConnectionLoss(error: unknown): boolean {
  if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return true;
  if (error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset) return true;
  return error instanceof Error && error.message.startsWith("Cannot read ");
}
