/**
 * The two messages of `grpc.health.v1.Health/Check` in their frames: a flag, a length of four bytes, and a message in
 * protobuf's wire format, of which these have one field each.
 */

/** The method that is called. */
export const CHECK_PATH = "/grpc.health.v1.Health/Check";

/** `HealthCheckResponse.ServingStatus.SERVING`. */
export const SERVING = 1;

const FRAME_HEAD_BYTES = 5;
/** Of a response. It takes two; what is longer is none. */
const MAX_MESSAGE_BYTES = 65_536;
const FIELD_ONE_TEXT = 0x0a, FIELD_ONE_NUMBER = 0x08;

/** `HealthCheckRequest{service}` in a frame. An empty name is left out. */
export function checkRequestFrame(service: string): Uint8Array {
  const name = new TextEncoder().encode(service);
  const message = name.length === 0 ? [] : [FIELD_ONE_TEXT, ...varint(name.length), ...name];
  const frame = new Uint8Array(FRAME_HEAD_BYTES + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, FRAME_HEAD_BYTES);
  return frame;
}

/** Takes the body of a response apart, however it is cut. */
export class CheckResponseReader {
  /** `HealthCheckResponse.status`; -1 = no message came. */
  status = -1;
  /** Empty = all is well so far. */
  failure = "";
  #bytes: number[] = [];

  take(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.failure === ""; at++) {
      this.#bytes.push(bytes[at]!);
      this.#takeFrame();
    }
  }

  #takeFrame(): void {
    const bytes = this.#bytes;
    if (bytes.length < FRAME_HEAD_BYTES) return;
    const length = bytes[1]! * 2 ** 24 + (bytes[2]! << 16) + (bytes[3]! << 8) + bytes[4]!;
    if (bytes[0]! > 1 || length > MAX_MESSAGE_BYTES) {
      this.failure = "gRPC wire protocol decode error";
      return;
    }
    if (bytes.length < FRAME_HEAD_BYTES + length) return;
    this.#bytes = [];
    if (length === 0) return;
    if (this.status >= 0) {
      this.failure = "unexpected streaming";
      return;
    }
    const status = bytes[0] === 0 ? statusOf(bytes.slice(FRAME_HEAD_BYTES)) : null;
    if (status === null) this.failure = "invalid grpc.health.v1 RPC payload";
    else this.status = status;
  }
}

/** Field 1 of a message, 0 when it is not there; null: this is no message. */
function statusOf(message: readonly number[]): number | null {
  let at = 0, status = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 1; at < message.length && shift < 2 ** 70; shift *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
    return NaN;
  };
  while (at < message.length) {
    const tag = number();
    if (tag === FIELD_ONE_NUMBER) {
      status = number();
      if (Number.isNaN(status)) return null;
      continue;
    }
    const skipped = tag % 8 === 0
      ? number() * 0
      : tag % 8 === 1
      ? 8
      : tag % 8 === 2
      ? number()
      : tag % 8 === 5
      ? 4
      : NaN;
    at += skipped;
    if (!(at <= message.length)) return null;
  }
  return status;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [value & 127 | 128, ...varint(Math.floor(value / 128))];
}
