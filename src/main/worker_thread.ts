/**
 * One Web Worker from its start to its death. Translates the platform's events into a typed message or one `died`:
 * after that nothing more comes. A worker that throws at its top is dead; the process goes on, as the error event is
 * taken here.
 */

import type { FromWorker, ToWorker } from "../worker/messages.ts";

/** Hears what a {@link WorkerThread} does. */
export interface WorkerThreadEvents {
  message(message: FromWorker): void;
  /** The worker is gone and did not say `stopped`. `reason` is one line or several. */
  died(reason: string): void;
}

export class WorkerThread {
  readonly #worker: Worker;
  readonly #events: WorkerThreadEvents;
  #isOver = false;

  /** Starts the module at `entry`. `name` shows in debuggers and in stack traces. */
  constructor(entry: URL, name: string, events: WorkerThreadEvents) {
    this.#events = events;
    this.#worker = new Worker(entry, { type: "module", name });
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => {
      if (!this.#isOver) this.#events.message(event.data);
    };
    this.#worker.onmessageerror = () => this.#die("a message could not be read");
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(`${event.message} (${event.filename}:${event.lineno}:${event.colno})`);
    };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  post(message: ToWorker): void {
    if (!this.#isOver) this.#worker.postMessage(message);
  }

  /** Ends it now, without `died`. */
  terminate(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#worker.terminate();
  }

  #die(reason: string): void {
    if (this.#isOver) return;
    this.terminate();
    this.#events.died(reason);
  }
}
