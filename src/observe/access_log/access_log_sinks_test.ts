import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { SILENT_LOGGER } from "../../base/log.ts";
import { TimerWheel } from "../../base/timer_wheel.ts";
import { StatStore } from "../stats/store.ts";
import { AccessLogSinks } from "./access_log_sinks.ts";

function makeSinks(): AccessLogSinks {
  const wheel = new TimerWheel(new ManualClock(), { wakeIn: () => {}, silence: () => {} }, (error) => {
    throw error;
  });
  const stats = new StatStore(() => {});
  return new AccessLogSinks({ stats, wheel, log: SILENT_LOGGER, fileFlushIntervalMs: 1000, fileFlushMinBytes: 100 });
}

Deno.test("AccessLogSinks gives one sink for one place, however it is named", async () => {
  const sinks = makeSinks();
  const stdout = { sink: "stdout", path: "" } as const;
  assert.equal(sinks.sinkFor(stdout), sinks.sinkFor({ sink: "file", path: "/dev/stdout" }));
  assert.equal(sinks.sinkFor({ sink: "stderr", path: "" }), sinks.sinkFor({ sink: "file", path: "/dev/stderr" }));
  assert.notEqual(sinks.sinkFor(stdout), sinks.sinkFor({ sink: "stderr", path: "" }));
  await sinks.close();
});

Deno.test("AccessLogSinks reopens, flushes and closes all of its files", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "access_logs" });
  try {
    const sinks = makeSinks();
    const paths = ["a", "b"].map((name) => `${folder}/${name}`);
    const write = (path: string, text: string) => {
      const sink = sinks.sinkFor({ sink: "file", path });
      sink.openLine()!.writeLatin1(text);
      sink.closeLine();
    };
    for (const path of paths) write(path, "one\n");
    await sinks.flush();
    assert.deepEqual(paths.map((path) => Deno.readTextFileSync(path)), ["one\n", "one\n"]);
    for (const path of paths) Deno.renameSync(path, `${path}.1`);
    sinks.reopen();
    for (const path of paths) write(path, "two\n");
    await sinks.close();
    assert.deepEqual(paths.map((path) => Deno.readTextFileSync(path)), ["two\n", "two\n"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
