/**
 * `grpc-timeout`: how long a gRPC caller waits, as at most eight digits and a unit from hours to nanoseconds
 * (spec/http.md 4). What has another form is ignored, as if it were not there.
 */
import type { HeaderList } from "./header_list.ts";
import { HeaderId } from "./header_names.ts";

const MAX_VALUE = 99_999_999;
const FORM = /^(\d{1,8})([HMSmun])$/;
/** How many milliseconds are how many of a unit. */
const UNITS: Readonly<Record<string, readonly [ms: number, units: number]>> = {
  H: [3_600_000, 1],
  M: [60_000, 1],
  S: [1000, 1],
  m: [1, 1],
  u: [1, 1000],
  n: [1, 1_000_000],
};

/** The header's value in milliseconds, rounded up, or null where there is none. */
export function grpcTimeoutMs(headers: HeaderList): number | null {
  if (!headers.has(HeaderId.grpcTimeout)) return null;
  const match = FORM.exec(headers.get(HeaderId.grpcTimeout)!);
  if (match === null) return null;
  const [ms, units] = UNITS[match[2]!]!;
  return Math.ceil(Number(match[1]) * ms / units);
}

/** Replaces the header. What eight digits of milliseconds do not hold is told in the next unit that does, rounded down. */
export function setGrpcTimeout(headers: HeaderList, timeoutMs: number): void {
  headers.remove(HeaderId.grpcTimeout);
  const writer = headers.openLine(HeaderId.grpcTimeout);
  let value = timeoutMs, unit = "m";
  if (value > MAX_VALUE) [value, unit] = [Math.floor(value / 1000), "S"];
  if (value > MAX_VALUE) [value, unit] = [Math.floor(value / 60), "M"];
  if (value > MAX_VALUE) [value, unit] = [Math.min(Math.floor(value / 60), MAX_VALUE), "H"];
  writer.writeDecimal(value);
  writer.writeLatin1(unit);
  headers.closeLine();
}
