/**
 * Keeps the runtime's debugger shut. Since 2.9.2 Deno, like Node, opens its inspector on 127.0.0.1:9229 when the process
 * gets SIGUSR1, which for us means to open the logs again, and has no switch against it. So it is closed as soon as it
 * is seen; its two lines on stderr stay. One that was opened on purpose, by `--inspect`, is left alone.
 */

import inspector from "node:inspector";

/** It opens within milliseconds of the signal. */
const LOOK_AGAIN_MS = 10;
const LOOKS = 200;

type Timer = ReturnType<typeof setTimeout>;

/** Closes the inspector when signals open it. */
export class DebuggerGuard {
  readonly #onClosed: () => void;
  readonly #isWanted: boolean = inspector.url() !== undefined;
  #timer: Timer | null = null;

  /** `onClosed` is told each time. */
  constructor(onClosed: () => void) {
    this.#onClosed = onClosed;
  }

  /** SIGUSR1 has come: looks for the inspector for two seconds. */
  watch(): void {
    if (this.#isWanted) return;
    this.stop();
    let looks = 0;
    this.#timer = setInterval(() => {
      if (inspector.url() !== undefined) {
        inspector.close();
        this.#onClosed();
        this.stop();
      } else if (++looks === LOOKS) this.stop();
    }, LOOK_AGAIN_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
