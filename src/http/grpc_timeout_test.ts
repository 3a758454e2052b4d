import assert from "node:assert/strict";
import { grpcTimeoutMs, setGrpcTimeout } from "./grpc_timeout.ts";
import { HeaderList } from "./header_list.ts";

function withTimeout(value: string): HeaderList {
  const headers = new HeaderList();
  headers.addName("grpc-timeout", value);
  return headers;
}

const READ: ReadonlyArray<[value: string, ms: number | null]> = [
  ["1H", 3_600_000],
  ["2M", 120_000],
  ["3S", 3000],
  ["4m", 4],
  ["1500u", 2],
  ["2000u", 2],
  ["1n", 1],
  ["57u", 1],
  ["0m", 0],
  ["99999999H", 99_999_999 * 3_600_000],
  ["00000007m", 7],
  ["123456789m", null],
  ["m", null],
  ["5", null],
  ["", null],
  ["5s", null],
  ["5h", null],
  ["-5m", null],
  ["1.5S", null],
  ["5 m", null],
  ["5ms", null],
];

Deno.test("grpcTimeoutMs reads every unit, rounds up, and ignores what has another form", () => {
  for (const [value, ms] of READ) assert.equal(grpcTimeoutMs(withTimeout(value)), ms, value);
  assert.equal(grpcTimeoutMs(new HeaderList()), null);
});

const WRITTEN: ReadonlyArray<[ms: number, value: string]> = [
  [0, "0m"],
  [1, "1m"],
  [99_999_999, "99999999m"],
  [100_000_000, "100000S"],
  [100_000_999, "100000S"],
  [99_999_999_999, "99999999S"],
  [100_000_000_000, "1666666M"],
  [99_999_999 * 60_000 + 60_000, "1666666H"],
  [Number.MAX_SAFE_INTEGER, "99999999H"],
];

Deno.test("setGrpcTimeout replaces the header by the smallest unit that eight digits hold", () => {
  for (const [ms, value] of WRITTEN) {
    const headers = withTimeout("7S");
    setGrpcTimeout(headers, ms);
    assert.deepEqual(headers.entries(), [["grpc-timeout", value]], String(ms));
  }
});
