/**
 * `prefix_rewrite`: the matched part of the path is replaced, the rest and the query stay (spec/http.md 2.6). For a
 * `path` or `safe_regex` match the matched part is the whole path.
 */
import type { RequestHead } from "../http/request_head.ts";
import type { PathSpecifier } from "./path_specifier.ts";

const QUESTION_MARK = 63;

/** Replaces the matched part of a path. */
export class PrefixRewrite {
  readonly #matched: PathSpecifier;
  readonly #replacement: Uint8Array;

  constructor(matched: PathSpecifier, replacement: string) {
    this.#matched = matched;
    this.#replacement = new TextEncoder().encode(replacement);
  }

  /** Rewrites the path of a request that this route matched. */
  apply(head: RequestHead): void {
    const { pathBytes, pathStart, pathEnd } = head;
    let queryAt = pathStart;
    while (queryAt < pathEnd && pathBytes[queryAt] !== QUESTION_MARK) queryAt++;
    const rest = pathBytes.subarray(pathStart + this.#matched.matchedLength(queryAt - pathStart), pathEnd);
    const path = new Uint8Array(this.#replacement.length + rest.length);
    path.set(this.#replacement);
    path.set(rest, this.#replacement.length);
    head.pathBytes = path;
    head.pathStart = 0;
    head.pathEnd = path.length;
  }
}
