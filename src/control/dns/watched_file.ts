/** A small file of the system, read again when it is another one than before. */
import type { Clock } from "../../base/clock.ts";
import { fileStampNow } from "../file_stamp.ts";

/** How often it is looked at most: names may be asked for by the thousand. */
const LOOK_AGAIN_MS = 1000;

/** Its content, parsed. A file that cannot be read is empty. */
export class WatchedFile<Content> {
  readonly #path: string;
  readonly #parse: (text: string) => Content;
  readonly #clock: Clock;
  #content: Content | null = null;
  #stamp = "";
  #lookAgainMs = -Infinity;

  constructor(path: string, parse: (text: string) => Content, clock: Clock) {
    this.#path = path;
    this.#parse = parse;
    this.#clock = clock;
  }

  /** As it is now, or was a moment ago. */
  read(): Content {
    const nowMs = this.#clock.refresh();
    if (this.#content !== null && nowMs < this.#lookAgainMs) return this.#content;
    this.#lookAgainMs = nowMs + LOOK_AGAIN_MS;
    const stamp = fileStampNow(this.#path);
    if (this.#content === null || stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.#content = this.#parse(stamp === "" ? "" : this.#text());
    }
    return this.#content;
  }

  #text(): string {
    try {
      return Deno.readTextFileSync(this.#path);
    } catch {
      return "";
    }
  }
}
