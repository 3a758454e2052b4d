/**
 * The tokens of `--admin-token-file`: lines `name:role:sha256hex`, the hash being that of the token (spec/console.md 8.1).
 * Blank lines and lines that begin with `#` say nothing. A file with a fault is refused whole, by line, and what was read
 * last stays in force. The tokens themselves are nowhere: what is shown is hashed and compared in constant time.
 */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Role } from "../contract/session.ts";

/** Who may do what. */
export interface Token {
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
}

/** Each may do what those before it may. */
export const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

/** Whether `role` may do what `needed` may. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Everything that is wrong with a token file. */
export class TokenFileError extends Error {
  override readonly name = "TokenFileError";
}

/** Reads the file's text; throws {@link TokenFileError}. */
export function parseTokens(text: string): Token[] {
  const tokens: Token[] = [], problems: string[] = [];
  text.split(/\r?\n/).forEach((written, index) => {
    const line = written.trim();
    if (line === "" || line.startsWith("#")) return;
    const token = parseLine(line);
    const problem = typeof token === "string" ? token : clashOf(token, tokens);
    if (problem !== null) problems.push(`line ${index + 1}: ${problem}`);
    else tokens.push(token as Token);
  });
  if (problems.length === 0 && tokens.length === 0) {
    problems.push("there is no token in it, wanted name:role:sha256hex");
  }
  if (problems.length > 0) throw new TokenFileError(problems.join("; "));
  return tokens;
}

/** What is wrong is said without the line's text: it may hold a token in the clear. */
function parseLine(line: string): Token | string {
  const [name = "", roleText = "", hash = "", ...rest] = line.split(":");
  if (rest.length > 0 || hash === "") return "wanted name:role:sha256hex";
  if (!/^[\w.@-]{1,64}$/.test(name)) return "a name has 1 to 64 letters, digits and _ . @ -";
  const role = ROLES.find((known) => known === roleText);
  if (role === undefined) return `the role of ${name} must be viewer, operator or admin`;
  if (!/^[0-9a-f]{64}$/i.test(hash)) return `the hash of ${name} must be 64 hex digits, the SHA-256 of the token`;
  return { name, role, hash: hash.toLowerCase() };
}

function clashOf(token: Token, before: readonly Token[]): string | null {
  if (before.some(({ name }) => name === token.name)) return `there is a token ${token.name} already`;
  const same = before.find(({ hash }) => hash === token.hash);
  return same === undefined ? null : `${token.name} has the token of ${same.name}`;
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The tokens in force. */
export class TokenBook {
  #tokens: readonly Token[];
  readonly #listeners = new Set<() => void>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The file was read again. */
  replace(tokens: readonly Token[]): void {
    this.#tokens = tokens;
    for (const listener of this.#listeners) listener();
  }

  /** Hears when the file was read again. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get size(): number {
    return this.#tokens.length;
  }

  /** Whose token this is; null = nobody's. All are compared, whichever fits. */
  find(secret: string): Token | null {
    const shown = Buffer.from(sha256(secret), "hex");
    let found: Token | null = null;
    for (const token of this.#tokens) if (timingSafeEqual(shown, Buffer.from(token.hash, "hex"))) found = token;
    return found;
  }

  /** The token of this name and hash, with the role it has now; null = it was taken away. */
  current({ name, hash }: Token): Token | null {
    return this.#tokens.find((token) => token.name === name && token.hash === hash) ?? null;
  }
}
