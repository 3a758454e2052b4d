/** WebSocket frames by hand (RFC 6455 section 5.2), honest or not, to the byte. */

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What of a frame may be other than it should. */
export interface FrameOptions {
  /** The last of its message; true unless given. */
  readonly fin?: boolean;
  /** The three reserved bits as a number. */
  readonly rsv?: number;
  /** False: as a server would send it. */
  readonly isMasked?: boolean;
  /** Bytes of the extended length, whatever the length needs. */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** A received frame. */
export interface ReceivedFrame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Any four bytes do; these are not all the same. */
const MASK = [0x37, 0xfa, 0x21, 0x3d];

/** A client's frame. */
export function frame(
  opcode: number,
  payload: Uint8Array | string,
  { fin = true, rsv = 0, isMasked = true, lengthBytes }: FrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const extended = lengthBytes ?? (data.length < 126 ? 0 : data.length < 65536 ? 2 : 8);
  const bytes = new Uint8Array(2 + extended + (isMasked ? 4 : 0) + data.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = (fin ? 0x80 : 0) | rsv << 4 | opcode;
  bytes[1] = (isMasked ? 0x80 : 0) | (extended === 0 ? data.length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, data.length);
  if (extended === 8) view.setBigUint64(2, BigInt(data.length));
  const at = bytes.length - data.length;
  bytes.set(data, at);
  if (!isMasked) return bytes;
  bytes.set(MASK, at - 4);
  for (let i = 0; i < data.length; i++) bytes[at + i]! ^= MASK[i & 3]!;
  return bytes;
}

/** A close frame; without a code it is empty. */
export function closeFrame(code?: number, reason: Uint8Array | string = "", options?: FrameOptions) {
  if (code === undefined) return frame(Opcode.close, "", options);
  const text = typeof reason === "string" ? new TextEncoder().encode(reason) : reason;
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return frame(Opcode.close, payload, options);
}

/** Takes a server's bytes apart as they come. */
export class FrameReader {
  #bytes = new Uint8Array(4096);
  #length = 0;

  /** The frames that these bytes complete. */
  push(piece: Uint8Array): ReceivedFrame[] {
    this.#append(piece);
    const frames: ReceivedFrame[] = [];
    let at = 0;
    for (;;) {
      const found = this.#frameAt(at);
      if (found === null) break;
      frames.push(found.frame);
      at = found.end;
    }
    this.#bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
    return frames;
  }

  /** Bytes of a frame that has not come whole. */
  get left(): number {
    return this.#length;
  }

  #append(piece: Uint8Array): void {
    if (this.#length + piece.length > this.#bytes.length) {
      const bigger = new Uint8Array(2 * (this.#length + piece.length));
      bigger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = bigger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  #frameAt(start: number): { readonly frame: ReceivedFrame; readonly end: number } | null {
    const bytes = this.#bytes, view = new DataView(bytes.buffer);
    if (this.#length - start < 2) return null;
    const short = bytes[start + 1]! & 0x7f;
    const at = start + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    if (at > this.#length) return null;
    const length = short === 126
      ? view.getUint16(start + 2)
      : short === 127
      ? Number(view.getBigUint64(start + 2))
      : short;
    const end = at + length;
    if (end > this.#length) return null;
    const first = bytes[start]!;
    const payload = bytes.slice(at, end);
    return { frame: { fin: first >= 0x80, rsv: first >> 4 & 7, opcode: first & 15, payload }, end };
  }
}
