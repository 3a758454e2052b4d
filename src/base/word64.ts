/**
 * A 64-bit unsigned number in two halves, changed in place: what a hash needs, without a BigInt for every step. All
 * arithmetic is modulo 2^64. Halves are kept as signed 32-bit integers, which is what engines compute with.
 */

export class Word64 {
  /** The upper and the lower 32 bits. */
  high = 0;
  low = 0;

  /** Becomes `high * 2^32 + low`. */
  set(high: number, low: number): void {
    this.high = high | 0;
    this.low = low | 0;
  }

  copy(other: Word64): void {
    this.high = other.high;
    this.low = other.low;
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.low = sum | 0;
  }

  xor(high: number, low: number): void {
    this.high ^= high;
    this.low ^= low;
  }

  multiply(high: number, low: number): void {
    const upper = upperProduct(this.low, low);
    this.high = (upper + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0;
    this.low = Math.imul(this.low, low);
  }

  /** By 1 to 31 bits. */
  rotateLeft(bits: number): void {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
  }

  /** Becomes itself, exclusively or-ed with itself shifted right by 1 to 63 bits. */
  xorShiftRight(bits: number): void {
    const { high, low } = this;
    if (bits < 32) {
      this.high = high ^ (high >>> bits);
      this.low = low ^ ((low >>> bits) | (high << (32 - bits)));
    } else {
      this.low = low ^ (bits === 32 ? high : high >>> (bits - 32));
    }
  }

  /** The remainder of a division by a whole number from 1 up to 2^32. */
  modulo(divisor: number): number {
    // Sixteen bits at a time: what is left is below 2^32, so no step leaves the exact numbers.
    let left = (this.high >>> 0) % divisor;
    left = (left * 0x1_0000 + (this.low >>> 16)) % divisor;
    return (left * 0x1_0000 + (this.low & 0xffff)) % divisor;
  }

  /** Sixteen digits. */
  toHex(): string {
    return hex(this.high) + hex(this.low);
  }
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}

/** The upper half of the product of two unsigned 32-bit numbers. */
function upperProduct(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const first = aHigh * bLow + ((aLow * bLow) >>> 16);
  const second = aLow * bHigh + (first & 0xffff);
  return (aHigh * bHigh + (first >>> 16) + (second >>> 16)) | 0;
}
