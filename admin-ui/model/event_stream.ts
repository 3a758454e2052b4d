/**
 * The text/event-stream format, receiving side: text in, frames out (HTML Living Standard, 9.2.6 "Interpreting an
 * event stream"). Parsed here and not by the browser's EventSource, because that hides what the console needs:
 * comments (the heartbeat), the status of a refused connection, and the say over when to connect again and with which
 * Last-Event-ID.
 *
 * The reader may be fed at any split. A frame without data is dropped, as the standard says; a line longer than
 * {@link MAX_LINE_CHARS} ends the stream, because no honest server sends one.
 */

/** One event. `event` is the topic, `data` its JSON, `id` the last id seen up to it. */
export interface StreamFrame {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** A snapshot of 5,000 clusters is some 4 MB of JSON; four times that is a fault of the other side. */
export const MAX_LINE_CHARS = 16 * 1024 * 1024;

/** Cuts a text/event-stream into frames. */
export class EventStreamReader {
  #rest = "";
  /** The last chunk ended with CR: a LF that comes first in the next belongs to it. */
  #afterCarriageReturn = false;
  #event = "";
  #data = "";
  #id = "";
  readonly #onFrame: (frame: StreamFrame) => void;

  constructor(onFrame: (frame: StreamFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes the next piece of text. Returns false when a line is too long: the stream is then of no use. */
  push(text: string): boolean {
    let from = this.#afterCarriageReturn && text.startsWith("\n") ? 1 : 0;
    if (text.length > 0) this.#afterCarriageReturn = false;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      this.#line(this.#rest + text.slice(from, at));
      this.#rest = "";
      if (code === 13) {
        if (at + 1 === text.length) this.#afterCarriageReturn = true;
        else if (text.charCodeAt(at + 1) === 10) at++;
      }
      from = at + 1;
    }
    this.#rest += text.slice(from);
    return this.#rest.length <= MAX_LINE_CHARS && this.#data.length <= MAX_LINE_CHARS;
  }

  #line(line: string): void {
    if (line === "") {
      if (this.#data !== "") {
        this.#onFrame({ event: this.#event || "message", id: this.#id, data: this.#data.slice(0, -1) });
      }
      this.#event = "";
      this.#data = "";
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
    if (field === "data") this.#data += value + "\n";
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
  }
}
