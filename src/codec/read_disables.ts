/**
 * How often the stream of an exchange has disabled reading. Who lets go of the stream takes that back for it: the connection
 * outlives it, and must not stay deaf.
 */
import { invariant } from "../base/errors.ts";

/** The connection, as far as it can be asked to stop reading. */
export interface ReadSwitch {
  /** Stops (true) or goes on (false) reading; calls nest by count. */
  readDisable(disable: boolean): void;
}

/** For one connection, stream after stream. */
export class ReadDisables {
  readonly #connection: ReadSwitch;
  #count = 0;

  constructor(connection: ReadSwitch) {
    this.#connection = connection;
  }

  /** The stream asks. */
  ask(disable: boolean): void {
    this.#count += disable ? 1 : -1;
    invariant(this.#count >= 0, "A stream enabled reading more often than it disabled it");
    this.#connection.readDisable(disable);
  }

  /** Takes back what the stream disabled. */
  takeBack(): void {
    for (; this.#count > 0; this.#count--) this.#connection.readDisable(false);
  }

  /** The connection is gone: there is nothing to take back. */
  forget(): void {
    this.#count = 0;
  }
}
