/** The sink on a real file system: temporary files, a fifo for a reader that is slow, `/dev/full` for a full disk. */
import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { LOGGER_NAMES, Loggers, LogLevel, type LogRecord } from "../../base/log.ts";
import { TimerWheel } from "../../base/timer_wheel.ts";
import { StatStore } from "../stats/store.ts";
import { FileSink, MAX_BUFFERED_BYTES } from "./file_sink.ts";
import { SinkStats } from "./sink_stats.ts";

class Bench {
  readonly clock = new ManualClock();
  readonly records: LogRecord[] = [];
  readonly stats = new SinkStats(new StatStore(() => {}).scope("filesystem"));
  readonly folder = Deno.makeTempDirSync({ prefix: "access_log" });
  readonly path = `${this.folder}/access.log`;
  readonly #wheel = new TimerWheel(this.clock, { wakeIn: () => {}, silence: () => {} }, (error) => {
    throw error;
  });
  readonly #loggers = new Loggers(
    (record) => this.records.push(record),
    1,
    LOGGER_NAMES.map(() => LogLevel.INFO),
    false,
  );

  sink(path = this.path, flushMinBytes = 65536): FileSink {
    const context = {
      stats: this.stats,
      wheel: this.#wheel,
      flushIntervalMs: 10_000,
      flushMinBytes,
      log: this.#loggers.logger("file"),
    };
    return new FileSink({ kind: "file", path }, context);
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.#wheel.advance();
  }

  read(path = this.path): string {
    return Deno.readTextFileSync(path);
  }
}

function bench(name: string, body: (bench: Bench) => Promise<void>): void {
  Deno.test(name, async () => {
    const bench = new Bench();
    try {
      await body(bench);
    } finally {
      Deno.removeSync(bench.folder, { recursive: true });
    }
  });
}

/** Whether the line was taken. */
function writeLine(sink: FileSink, text: string): boolean {
  const writer = sink.openLine();
  if (writer === null) return false;
  writer.writeLatin1(`${text}\n`);
  sink.closeLine();
  return true;
}

bench("FileSink makes the file at once and writes nothing before it must", async (bench) => {
  const sink = bench.sink();
  writeLine(sink, "one");
  bench.pass(9_980);
  await sink.close();
  assert.equal(bench.read(), "one\n");
  assert.equal(bench.stats.flushedByTimer.value, 0);
});

bench("FileSink flushes when the interval is over", async (bench) => {
  const sink = bench.sink();
  writeLine(sink, "one");
  bench.pass(5_000);
  writeLine(sink, "two");
  assert.equal(bench.stats.writeTotalBuffered.value, 8);
  bench.pass(5_010);
  assert.equal(bench.stats.flushedByTimer.value, 1);
  await sink.flush();
  assert.equal(bench.read(), "one\ntwo\n");
  assert.equal(bench.stats.writeTotalBuffered.value, 0);
  assert.equal(bench.stats.writeBuffered.value, 2);
  assert.equal(bench.stats.writeCompleted.value, 1);
  await sink.close();
});

bench("FileSink flushes when enough bytes wait", async (bench) => {
  const sink = bench.sink(bench.path, 8);
  writeLine(sink, "123");
  assert.equal(bench.stats.writeTotalBuffered.value, 4);
  writeLine(sink, "456");
  await sink.flush();
  assert.equal(bench.read(), "123\n456\n");
  assert.equal(bench.stats.flushedByTimer.value, 0);
  await sink.close();
});

bench("FileSink adds nothing to lines that end without a line feed", async (bench) => {
  const sink = bench.sink();
  for (const text of ["one", "two"]) {
    sink.openLine()!.writeLatin1(`${text};`);
    sink.closeLine();
    await sink.flush();
  }
  await sink.close();
  assert.equal(bench.read(), "one;two;");
});

bench("FileSink appends to what is there", async (bench) => {
  Deno.writeTextFileSync(bench.path, "old\n");
  const sink = bench.sink();
  writeLine(sink, "new");
  await sink.close();
  assert.equal(bench.read(), "old\nnew\n");
});

bench("FileSink keeps the order of many lines over many writes", async (bench) => {
  const sink = bench.sink(bench.path, 64);
  let expected = "";
  for (let i = 0; i < 5_000; i++) {
    writeLine(sink, `line ${i}`);
    expected += `line ${i}\n`;
    if (i % 500 === 0) await sink.flush();
  }
  await sink.close();
  assert.equal(bench.read(), expected);
  assert.ok(bench.stats.writeCompleted.value >= 10);
});

bench("FileSink.reopen leaves earlier lines in the old file and opens a new one", async (bench) => {
  const sink = bench.sink();
  writeLine(sink, "before");
  await sink.flush();
  writeLine(sink, "waits");
  Deno.renameSync(bench.path, `${bench.path}.1`);
  sink.reopen();
  writeLine(sink, "after");
  await sink.close();
  assert.equal(bench.read(`${bench.path}.1`), "before\nwaits\n");
  assert.equal(bench.read(), "after\n");
});

bench("FileSink keeps the old file when reopen fails, and counts that", async (bench) => {
  const sink = bench.sink();
  await sink.flush();
  Deno.renameSync(bench.path, `${bench.path}.1`);
  Deno.mkdirSync(bench.path);
  sink.reopen();
  await sink.flush();
  writeLine(sink, "still here");
  await sink.close();
  assert.equal(bench.stats.reopenFailed.value, 1);
  assert.equal(bench.read(`${bench.path}.1`), "still here\n");
  assert.match(bench.records[0]!.text, /^Cannot open access log file ".*access\.log": /);
});

bench("FileSink tries a file that could not be opened again with the next flush", async (bench) => {
  const path = `${bench.folder}/later/access.log`;
  const sink = bench.sink(path);
  writeLine(sink, "lost");
  await sink.flush();
  assert.equal(bench.stats.writeFailed.value, 1);
  assert.equal(bench.stats.writeTotalBuffered.value, 0);
  assert.equal(bench.records.length, 1);
  Deno.mkdirSync(`${bench.folder}/later`);
  writeLine(sink, "kept");
  await sink.close();
  assert.equal(bench.read(path), "kept\n");
});

bench("FileSink counts a write that fails and says so once", async (bench) => {
  const sink = bench.sink("/dev/full");
  for (let i = 0; i < 3; i++) {
    writeLine(sink, "lost");
    await sink.flush();
  }
  await sink.close();
  assert.equal(bench.stats.writeFailed.value, 3);
  assert.equal(bench.stats.writeCompleted.value, 0);
  assert.deepEqual(bench.records.map(({ text }) => text.slice(0, 45)), [
    `Cannot write access log file "/dev/full": No s`.slice(0, 45),
  ]);
});

bench("FileSink drops and counts lines past its bound while the reader is slow, and recovers", async (bench) => {
  const made = await new Deno.Command("mkfifo", { args: [bench.path] }).output();
  assert.ok(made.success);
  const sink = bench.sink(bench.path, 1);
  const line = "x".repeat(64 * 1024 - 1);
  let taken = 0;
  while (writeLine(sink, line)) taken++;
  // No reader has opened the fifo: nothing of it was written, and memory is bounded.
  assert.equal(bench.stats.writeDropped.value, 1);
  assert.equal(bench.stats.writeTotalBuffered.value, taken * 64 * 1024);
  assert.ok(taken * 64 * 1024 <= 2 * MAX_BUFFERED_BYTES);
  const reader = await Deno.open(bench.path);
  const read = new Response(reader.readable).arrayBuffer();
  await sink.flush();
  assert.equal(writeLine(sink, "y"), true);
  await sink.close();
  assert.equal((await read).byteLength, taken * 64 * 1024 + 2);
});

bench("FileSink drops lines after close", async (bench) => {
  const sink = bench.sink();
  await sink.close();
  assert.equal(writeLine(sink, "late"), false);
  assert.equal(bench.stats.writeDropped.value, 1);
});
