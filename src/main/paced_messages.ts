/**
 * What goes to one worker, in its order, and no change before the one before it was answered: a worker that has several in
 * its queue takes them all before it looks at its sockets again. Pings overtake: they ask whether it is there at all.
 */
import type { ToWorker } from "../worker/messages.ts";

export class PacedMessages {
  readonly #send: (message: ToWorker) => void;
  #waiting: ToWorker[] = [];
  /** A change was sent and is not answered. */
  #isUnanswered = false;

  constructor(send: (message: ToWorker) => void) {
    this.#send = send;
  }

  /** Sends it now, or when it is its turn. */
  post(message: ToWorker): void {
    if (this.#isUnanswered && message.kind !== "ping") this.#waiting.push(message);
    else this.#sendNow(message);
  }

  /** The worker has said what became of the change. */
  onAnswer(): void {
    this.#isUnanswered = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.post(message);
  }

  /** The worker is gone, and what it was to be told with it. */
  clear(): void {
    this.#waiting = [];
    this.#isUnanswered = false;
  }

  #sendNow(message: ToWorker): void {
    if (message.kind === "apply") this.#isUnanswered = true;
    this.#send(message);
  }
}
