/**
 * Where log lines go: stderr, or the file of `--log-path`, opened anew on SIGUSR1. Lines are written whole and at once,
 * so that the last words of a process that dies are there. A line that cannot be written is lost: there is nobody left
 * to tell.
 */

/** Takes whole lines. */
export class LogOutput {
  readonly #path: string;
  #file: Deno.FsFile | null = null;
  readonly #encoder = new TextEncoder();

  /** `path` empty: stderr. Throws when the file cannot be opened. */
  constructor(path: string) {
    this.#path = path;
    this.reopen();
  }

  write(lines: string): void {
    const bytes = this.#encoder.encode(lines);
    const target = this.#file ?? Deno.stderr;
    try {
      for (let written = 0; written < bytes.length;) written += target.writeSync(bytes.subarray(written));
    } catch {
      // A closed pipe or a full disk must not stop the proxy.
    }
  }

  /** Closes the file and opens the path again: the file there may be a new one. */
  reopen(): void {
    if (this.#path === "") return;
    const file = Deno.openSync(this.#path, { append: true, create: true, write: true });
    this.#file?.close();
    this.#file = file;
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }
}
