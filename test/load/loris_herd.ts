/** Clients that send a head at one byte a second and never come to its end, all in one process and evenly spread. */

/** Longer than any deadline in seconds. */
const HEAD = new TextEncoder().encode(`GET / HTTP/1.1\r\nhost: loris.test\r\nx-patience: ${"x".repeat(200)}`);
const PERIOD_MS = 1000;
/** Bytes are due in this many groups a period. */
const GROUPS = 100;
/** Connections opened at a time. */
const OPENING = 50;

/** What became of one, in ms from its first byte. */
export interface LorisEnd {
  /** What it was told. */
  readonly answer: string;
  readonly answeredMs: number;
  readonly endedMs: number;
}

export class LorisHerd {
  readonly #address: URL;
  readonly #count: number;
  readonly #lorises: Loris[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #turn = 0;
  #startMs = 0;
  /** By all of them. */
  sentBytes = 0;

  constructor(url: string, count: number) {
    this.#address = new URL(url);
    this.#count = count;
  }

  /** Since its first byte. */
  get ageMs(): number {
    return performance.now() - this.#startMs;
  }

  /** Connects all, then begins to drip; resolves when each has sent its first byte. */
  async begin(): Promise<void> {
    const where = { hostname: this.#address.hostname, port: Number(this.#address.port) };
    for (let opened = 0; opened < this.#count; opened += OPENING) {
      const few = Array.from({ length: Math.min(OPENING, this.#count - opened) }, () => Deno.connect(where));
      for (const connection of await Promise.all(few)) this.#lorises.push(new Loris(connection));
    }
    this.#startMs = performance.now();
    this.#timer = setInterval(() => this.#drip(), PERIOD_MS / GROUPS);
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS + 100));
  }

  /** Resolves when the proxy has ended them all, or fails after `patienceMs`. */
  async untilOver(patienceMs: number): Promise<LorisEnd[]> {
    const timer = setTimeout(() => this.#lorises.forEach((loris) => loris.close()), patienceMs);
    const ends = await Promise.all(this.#lorises.map((loris) => loris.end));
    clearTimeout(timer);
    clearInterval(this.#timer);
    return ends;
  }

  #drip(): void {
    for (let i = this.#turn++ % GROUPS; i < this.#lorises.length; i += GROUPS) {
      this.sentBytes += this.#lorises[i]!.drip();
    }
  }
}

class Loris {
  readonly end: Promise<LorisEnd>;
  readonly #connection: Deno.TcpConn;
  #sent = 0;
  #firstByteMs = 0;
  #isOver = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.end = this.#read();
  }

  /** Sends a byte, if it still can; returns how many that were. */
  drip(): number {
    if (this.#isOver || this.#sent === HEAD.length) return 0;
    if (this.#sent === 0) this.#firstByteMs = performance.now();
    const at = this.#sent++;
    // What is sent after the end of it fails, and reading says when that was.
    this.#connection.write(HEAD.subarray(at, at + 1)).catch(() => {});
    return 1;
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.close();
  }

  async #read(): Promise<LorisEnd> {
    const buffer = new Uint8Array(1024), decoder = new TextDecoder();
    let answer = "", answeredMs = 0;
    for (;;) {
      const count = await this.#connection.read(buffer).catch(() => null);
      const nowMs = performance.now() - this.#firstByteMs;
      if (count === null) {
        this.close();
        return { answer, answeredMs, endedMs: nowMs };
      }
      if (answer === "") answeredMs = nowMs;
      answer += decoder.decode(buffer.subarray(0, count));
    }
  }
}
