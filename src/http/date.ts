/** The `date` field's value (IMF-fixdate, RFC 9110 section 5.6.7), made once a second. */
import { latin1Bytes } from "../base/ascii.ts";

export class HttpDate {
  #second = -1;
  #bytes: Uint8Array = new Uint8Array(0);

  /** `Tue, 15 Nov 1994 08:12:31 GMT` for a wall time in ms. */
  bytes(wallMs: number): Uint8Array {
    const second = Math.floor(wallMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#bytes = latin1Bytes(new Date(second * 1000).toUTCString());
    }
    return this.#bytes;
  }
}
