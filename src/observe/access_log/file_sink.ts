/**
 * Lines into one file, or into the process's standard output or error. The only file under `observe` that touches Deno.
 *
 * ```
 *   openLine/closeLine ──▶ filling ──(flush: time, size, reopen, close)──▶ writing ──▶ file
 * ```
 *
 * Two stretches of memory change roles: lines go into `filling` while `writing` is on its way, so whole lines leave in
 * their order and one write is under way at a time. Opening and writing are asynchronous: a slow disk, or a fifo without a
 * reader, never holds up traffic. Past {@link MAX_BUFFERED_BYTES} lines are lost and counted.
 *
 * The file is in append mode: what other workers and processes append stays whole, as long as the system takes a write in
 * one go (a regular file does; a pipe only up to 4 KiB).
 */
import { errorText } from "../../base/errors.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import type { Logger } from "../../base/log.ts";
import { Timer, type TimerWheel } from "../../base/timer_wheel.ts";
import type { AccessLogSink } from "./access_log_sink.ts";
import type { SinkStats } from "./sink_stats.ts";

/** About a second of a worker's busiest traffic; there may be as much again on its way to the disk. */
export const MAX_BUFFERED_BYTES: number = 8 * 1024 * 1024;

/** Memory of a burst is given back after it; this much is kept. */
const KEPT_BYTES = 256 * 1024;

/** Standard streams have no file mode and are never closed or reopened. */
export type FileSinkTarget = { readonly kind: "file"; readonly path: string } | { readonly kind: "stdout" | "stderr" };

/** What the sinks of a worker have in common. */
export interface FileSinkContext {
  readonly stats: SinkStats;
  readonly wheel: TimerWheel;
  /** `--file-flush-interval-msec`: the longest a line waits. */
  readonly flushIntervalMs: number;
  /** `--file-flush-min-size-kb` in bytes: what is worth a write before that. */
  readonly flushMinBytes: number;
  /** Told once for each time that the file could not be opened or written. */
  readonly log: Logger;
}

/** Where bytes go: an open file or a standard stream. */
interface Output {
  write(bytes: Uint8Array): Promise<number>;
}

export class FileSink implements AccessLogSink {
  readonly #target: FileSinkTarget;
  readonly #context: FileSinkContext;
  readonly #timer: Timer;
  #filling = new ByteWriter();
  #writing = new ByteWriter();
  #lineStart = 0;
  #file: Deno.FsFile | null = null;
  #isFlushWanted = false;
  #isReopenWanted = false;
  #isClosing = false;
  #isWorking = false;
  /** The last run of the work loop. */
  #work: Promise<void> = Promise.resolve();
  /** A write ended inside a line: the next one begins with a line feed. */
  #isTorn = false;
  #isFailing = false;

  constructor(target: FileSinkTarget, context: FileSinkContext) {
    this.#target = target;
    this.#context = context;
    this.#timer = new Timer(context.wheel, () => this.#flushByTimer());
    // The file exists as soon as its configuration is in force, as operators expect.
    this.#isReopenWanted = target.kind === "file";
    this.#startWork();
  }

  openLine(): ByteWriter | null {
    if (this.#filling.length >= MAX_BUFFERED_BYTES || this.#isClosing) {
      this.#context.stats.writeDropped.inc();
      return null;
    }
    this.#lineStart = this.#filling.length;
    return this.#filling;
  }

  closeLine(): void {
    const { stats, flushMinBytes, flushIntervalMs } = this.#context;
    const buffered = this.#filling.length;
    stats.writeBuffered.inc();
    stats.writeTotalBuffered.add(buffered - this.#lineStart);
    if (buffered >= flushMinBytes) this.#flush();
    else if (!this.#timer.isArmed) this.#timer.arm(flushIntervalMs);
  }

  /** Opens the file anew, for log rotation; what was buffered before goes to the old one. Standard streams only flush. */
  reopen(): void {
    this.#isReopenWanted = this.#target.kind === "file";
    this.#flush();
  }

  /** Resolves when everything that is buffered has been written, or has failed to be. */
  async flush(): Promise<void> {
    this.#flush();
    await this.#work;
  }

  /** Flushes, then closes the file. Lines that come after are dropped. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#timer.cancel();
    await this.flush();
    this.#file?.close();
    this.#file = null;
  }

  #flushByTimer(): void {
    if (this.#filling.length > 0) this.#context.stats.flushedByTimer.inc();
    this.#flush();
  }

  #flush(): void {
    this.#timer.cancel();
    this.#isFlushWanted = true;
    this.#startWork();
  }

  #startWork(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#work = this.#workOff();
  }

  /** Writes and reopens until nothing is asked for. Only one runs at a time. */
  async #workOff(): Promise<void> {
    while (this.#isFlushWanted || this.#isReopenWanted) {
      if (this.#isFlushWanted && (this.#file !== null || !this.#isReopenWanted)) {
        this.#isFlushWanted = false;
        await this.#writeOut();
      }
      if (this.#isReopenWanted) {
        this.#isReopenWanted = false;
        await this.#open();
      }
    }
    this.#isWorking = false;
  }

  async #open(): Promise<void> {
    const target = this.#target;
    if (target.kind !== "file") return;
    try {
      const file = await Deno.open(target.path, { append: true, create: true });
      this.#file?.close();
      this.#file = file;
      this.#isTorn = this.#isFailing = false;
    } catch (error) {
      this.#context.stats.reopenFailed.inc();
      this.#fail("open", error);
    }
  }

  async #writeOut(): Promise<void> {
    if (this.#filling.length === 0) return;
    const lines = this.#filling;
    this.#filling = this.#writing;
    this.#writing = lines;
    const { stats } = this.#context;
    try {
      const output = await this.#output();
      if (output === null) {
        stats.writeFailed.inc();
      } else {
        await this.#writeAll(output, lines.bytes.subarray(0, lines.length));
        stats.writeCompleted.inc();
        this.#isFailing = false;
      }
    } catch (error) {
      stats.writeFailed.inc();
      this.#fail("write", error);
    }
    stats.writeTotalBuffered.add(-lines.length);
    if (lines.bytes.length > KEPT_BYTES) lines.free();
    else lines.clear();
  }

  async #writeAll(output: Output, bytes: Uint8Array): Promise<void> {
    if (this.#isTorn) {
      await output.write(LINE_FEED);
      this.#isTorn = false;
    }
    let at = 0;
    try {
      while (at < bytes.length) at += await output.write(at === 0 ? bytes : bytes.subarray(at));
    } finally {
      this.#isTorn = at > 0 && at < bytes.length && bytes[at - 1] !== 10;
    }
  }

  /** A file that could not be opened is tried again with every flush. */
  async #output(): Promise<Output | null> {
    if (this.#target.kind === "stdout") return Deno.stdout;
    if (this.#target.kind === "stderr") return Deno.stderr;
    if (this.#file === null) await this.#open();
    return this.#file;
  }

  #fail(what: "open" | "write", error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const name = this.#target.kind === "file" ? `file "${this.#target.path}"` : this.#target.kind;
    this.#context.log.error(`Cannot ${what} access log ${name}: ${errorText(error)}`);
  }
}

const LINE_FEED = new Uint8Array([10]);
