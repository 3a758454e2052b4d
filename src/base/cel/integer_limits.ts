/** What CEL's integers hold: 64 bits. */

/** The least `int`. */
export const MIN_INT: bigint = -(2n ** 63n);
/** The greatest `int`. */
export const MAX_INT: bigint = 2n ** 63n - 1n;
/** The greatest `uint`. */
export const MAX_UINT: bigint = 2n ** 64n - 1n;
