import assert from "node:assert/strict";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { StartTime } from "./start_time.ts";

const times: number[] = [
  0,
  Date.UTC(2026, 0, 31, 23, 59, 59, 42),
  Date.UTC(2026, 0, 31, 23, 59, 59, 999),
  Date.UTC(2026, 1, 1),
  Date.UTC(2024, 1, 29, 12, 0, 0, 7),
  Date.UTC(2026, 0, 31, 23, 59, 59, 100),
];

Deno.test("StartTime writes what Date writes, whichever times came before", () => {
  const startTime = new StartTime();
  const writer = new ByteWriter();
  for (const time of times) {
    writer.clear();
    startTime.write(writer, time);
    assert.equal(latin1Text(writer.bytes, 0, writer.length), new Date(time).toISOString());
  }
});

Deno.test("StartTime cuts a fraction of a millisecond off", () => {
  const writer = new ByteWriter();
  new StartTime().write(writer, Date.UTC(2026, 0, 1) + 41.999);
  assert.equal(latin1Text(writer.bytes, 0, writer.length), "2026-01-01T00:00:00.041Z");
});
