/** An access log sink in memory, and a source of such sinks by path. */
import { latin1Text } from "../../src/base/ascii.ts";
import { ByteWriter } from "../../src/base/byte_writer.ts";
import type { AccessLogSink } from "../../src/observe/access_log/access_log_sink.ts";
import type { AccessLogSinkSource } from "../../src/observe/access_log/logger.ts";

/** Keeps its lines; full after `room` of them. */
export class KeptLines implements AccessLogSink {
  readonly writer: ByteWriter = new ByteWriter();
  lines = 0;
  readonly #room: number;

  constructor(room = Infinity) {
    this.#room = room;
  }

  openLine(): ByteWriter | null {
    return this.lines < this.#room ? this.writer : null;
  }

  closeLine(): void {
    this.lines++;
  }

  /** All of them, one unit per byte. */
  get text(): string {
    return latin1Text(this.writer.bytes, 0, this.writer.length);
  }

  /** Returns what was written since the last call. */
  take(): string {
    const { text } = this;
    this.writer.clear();
    return text;
  }
}

/** Sinks by path, made when they are asked for. */
export class KeptLogs implements AccessLogSinkSource {
  readonly #sinks = new Map<string, KeptLines>();

  sinkFor({ path }: { readonly path: string }): KeptLines {
    let sink = this.#sinks.get(path);
    if (sink === undefined) this.#sinks.set(path, sink = new KeptLines());
    return sink;
  }
}
