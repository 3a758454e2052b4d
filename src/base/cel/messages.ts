/** The two messages that are values of their own in CEL, as the engine takes them. */

/** `google.protobuf.Timestamp`. */
export function timestampMessage(seconds: bigint, nanos: number) {
  return { $typeName: "google.protobuf.Timestamp", seconds, nanos };
}

/** `google.protobuf.Duration`. */
export function durationMessage(nanos: bigint) {
  const second = 1_000_000_000n;
  return { $typeName: "google.protobuf.Duration", seconds: nanos / second, nanos: Number(nanos % second) };
}
