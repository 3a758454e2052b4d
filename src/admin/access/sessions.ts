/**
 * Sessions of browsers that have shown a token (spec/console.md 7.7, 8.1). A session lives in this process's memory alone,
 * so a restart ends it; it ends after twelve hours without use, by logout, and with its token. Its id is in a cookie that
 * no script can read and no other site can send.
 */
import type { Clock } from "../../base/clock.ts";
import { sha256, type Token, type TokenBook } from "./token_book.ts";

/** A session that nobody uses ends. */
export const IDLE_MS = 12 * 3_600_000;

/** Beyond these the one that was used longest ago ends. */
const MAX_SESSIONS = 1000;

const ID_BYTES = 32;

/** An open session. */
export interface Session {
  readonly token: Token;
  /** Names it without opening it: what ends with it is known by this. */
  readonly holder: string;
}

interface Kept {
  readonly token: Token;
  usedMs: number;
}

export class Sessions {
  readonly #clock: Clock;
  readonly #book: TokenBook;
  readonly #onEnd: (holder: string) => void;
  /** By the hash of the id; the one that was used last is the last. */
  readonly #sessions = new Map<string, Kept>();

  /** `onEnd` hears of every session that is over. */
  constructor(clock: Clock, book: TokenBook, onEnd: (holder: string) => void) {
    this.#clock = clock;
    this.#book = book;
    this.#onEnd = onEnd;
  }

  /** Returns the id, for the cookie. */
  open(token: Token): string {
    const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#sessions.set(sha256(id), { token, usedMs: this.#clock.refresh() });
    if (this.#sessions.size > MAX_SESSIONS) this.#endKey(this.#sessions.keys().next().value!);
    return id;
  }

  /** The session of a cookie, which is thereby used; null = there is none, or none any more. */
  find(id: string): Session | null {
    const key = sha256(id), kept = this.#sessions.get(key);
    if (kept === undefined) return null;
    const token = this.#book.current(kept.token);
    if (token === null || this.#isIdle(kept)) {
      this.#endKey(key);
      return null;
    }
    this.#sessions.delete(key);
    this.#sessions.set(key, { token, usedMs: this.#clock.nowMs });
    return { token, holder: holderOf(key) };
  }

  /** Logout. */
  end(id: string): void {
    const key = sha256(id);
    if (this.#sessions.has(key)) this.#endKey(key);
  }

  /** Ends what is over; a session that somebody watches a stream of is in use. To be called once a second. */
  tick(isWatched: (holder: string) => boolean): void {
    for (const [key, kept] of this.#sessions) {
      if (this.#book.current(kept.token) === null) this.#endKey(key);
      else if (isWatched(holderOf(key))) kept.usedMs = this.#clock.nowMs;
      else if (this.#isIdle(kept)) this.#endKey(key);
    }
  }

  #isIdle({ usedMs }: Kept): boolean {
    return this.#clock.refresh() - usedMs > IDLE_MS;
  }

  #endKey(key: string): void {
    this.#sessions.delete(key);
    this.#onEnd(holderOf(key));
  }
}

function holderOf(key: string): string {
  return `session ${key}`;
}

/** The cookie's name has the port in it: cookies know none, and there may be a console on several. */
export function cookieName(host: string): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port === undefined ? "denvoy_session" : `denvoy_session_${port}`;
}

/** The value of a cookie in a request's `cookie` header; empty = it is not there. */
export function cookieOf(header: string | null, name: string): string {
  for (const pair of (header ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return "";
}

/** `set-cookie` that hands an id out, or with an empty one takes it back. */
export function sessionCookie(name: string, id: string, isSecure: boolean): string {
  const attributes = ["Path=/", "HttpOnly", "SameSite=Strict", ...isSecure ? ["Secure"] : []];
  return [`${name}=${id}`, ...attributes, ...id === "" ? ["Max-Age=0"] : []].join("; ");
}
