/** Whether a try makes the client wait: for there is enough of its request here, or the connection to the host is full. */
import type { TerminalHandle } from "../../filter/http_filter.ts";

/** Of one try; used again for the next. */
export class ClientHold {
  #stream: TerminalHandle | null = null;
  #hasEnough = false;
  #isClogged = false;

  begin(stream: TerminalHandle): void {
    this.#stream = stream;
    this.#hasEnough = this.#isClogged = false;
  }

  /** There is enough for now. */
  hold(): void {
    if (this.#hasEnough) return;
    this.#hasEnough = true;
    this.#stream!.readDisable(true);
  }

  /** What there was is on its way. */
  letGo(): void {
    if (!this.#hasEnough) return;
    this.#hasEnough = false;
    this.#stream!.readDisable(false);
  }

  /** The connection to the host is full, or has room again. */
  clog(isClogged: boolean): void {
    this.#isClogged = isClogged;
    this.#stream!.readDisable(isClogged);
  }

  /** The try is over and the stream is not: nobody waits for it any more. */
  end(): void {
    this.letGo();
    if (this.#isClogged) this.clog(false);
  }
}
