/**
 * `--admin-token-file`: read at the start, where it must be right, and again whenever it changes; then a file that cannot be
 * read, or says something wrong, changes nothing. Once a second it is looked at, links followed, so that it may be edited in
 * place, replaced or mounted (spec/console.md 8.1).
 */
import { parseTokens, TokenBook, TokenFileError } from "../admin/access/token_book.ts";
import { errorText } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { fileStampNow } from "../control/file_stamp.ts";

/** How often it is looked at. */
export const LOOK_MS = 1000;

export class TokenFile {
  readonly book: TokenBook;
  readonly #path: string;
  readonly #log: Logger;
  readonly #onRefused: (text: string) => void;
  #stamp: string;

  /** Throws {@link TokenFileError} with the path, and what is wrong by line. `onRefused` hears of later faults. */
  constructor(path: string, log: Logger, onRefused: (text: string) => void) {
    this.#path = path;
    this.#log = log;
    this.#onRefused = onRefused;
    this.#stamp = fileStampNow(path);
    this.book = new TokenBook(this.#read());
  }

  /** Reads it again if it may hold something else. */
  look(): void {
    const stamp = fileStampNow(this.#path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.book.replace(this.#read());
      this.#log.info(`read ${this.book.size} token(s) from ${this.#path}`);
    } catch (error) {
      if (!(error instanceof TokenFileError)) throw error;
      const text = `${error.message}; the tokens from before stay in force`;
      this.#log.error(text);
      this.#onRefused(text);
    }
  }

  #read() {
    let text: string;
    try {
      text = Deno.readTextFileSync(this.#path);
    } catch (error) {
      throw new TokenFileError(`cannot read token file ${this.#path}: ${errorText(error)}`);
    }
    try {
      return parseTokens(text);
    } catch (error) {
      if (!(error instanceof TokenFileError)) throw error;
      throw new TokenFileError(`cannot use token file ${this.#path}: ${error.message}`);
    }
  }
}
