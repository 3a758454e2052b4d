/** The few parts of a tar archive (POSIX ustar): a header for each file, its bytes to a whole number of blocks, an end. */

const BLOCK_BYTES = 512;

/** Where the checksum stands: it is counted as if it were spaces. */
const CHECKSUM_AT = 148, CHECKSUM_BYTES = 8;

/** Before a file's bytes; names are shorter than 100 characters. */
export function tarHeader(name: string, bytes: number, modifiedMs: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES), encoder = new TextEncoder();
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  put(name, 0);
  put(octal(0o644, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(bytes, 12), 124);
  put(octal(Math.floor(modifiedMs / 1000), 12), 136);
  block.fill(0x20, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES);
  put("0", 156);
  put("ustar\0" + "00", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM_AT);
  return block;
}

/** After so many bytes. */
export function tarPadding(bytes: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - bytes % BLOCK_BYTES) % BLOCK_BYTES);
}

/** After the last file. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES);
}

/** Digits and an end, `width` bytes together. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}
