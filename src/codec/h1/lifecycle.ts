/**
 * One HTTP/1 exchange at a time: what each side of a codec is about to read or write.
 *
 * ```
 * reading        head complete            last byte                the other direction is through too
 *   head ───────────────▶ body ──────────────▶ ended ─────────────────────────────────────────────────▶ head
 *    └──── no body ─────────────────────────────▲                      (keep-alive; else dropping)
 *   any ── malformed, reset, given up, gone ──▶ dropping: whatever comes is taken and thrown away, for good
 *
 * writing
 *   idle ──▶ head ──▶ body ──▶ idle
 * ```
 *
 * An exchange is over when both directions are: then, and only if nothing went wrong and nobody asked for a close, the
 * next may begin. A response that is through before its request was read to the end costs the connection (spec/http.md
 * 1.16): what the peer still sends is dropped. So is everything after a parse error: nobody knows where the next message
 * begins.
 *
 * While a request waits for its response, a server takes none of the bytes behind it (pipelining): it leaves them to the
 * connection and asks it to stop reading.
 */

/** Where the next received byte belongs. */
export const Reading = {
  head: 0,
  body: 1,
  /** The message is complete. */
  ended: 2,
  dropping: 3,
} as const;

/** One of {@link Reading}. */
export type ReadingValue = typeof Reading[keyof typeof Reading];

/** What the encoder takes next. */
export const Writing = {
  /** Nothing: no exchange, or it has all been written. */
  idle: 0,
  head: 1,
  body: 2,
} as const;

/** One of {@link Writing}. */
export type WritingValue = typeof Writing[keyof typeof Writing];
