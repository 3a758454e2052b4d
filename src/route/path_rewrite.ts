/**
 * `prefix_rewrite`: the matched part of the path is replaced, the rest and the query stay (spec/http.md 2.6). For a
 * `path` match the matched part is the whole path.
 */
import type { RouteMatchConfig } from "../config/route_config.ts";
import type { RequestHead } from "../http/request_head.ts";

/** Replaces the matched part of a path. */
export class PrefixRewrite {
  readonly #replacement: Uint8Array;
  readonly #matchedLength: number;

  constructor(matched: RouteMatchConfig["path"], replacement: string) {
    const encoder = new TextEncoder();
    this.#matchedLength = encoder.encode(matched.value).length;
    this.#replacement = encoder.encode(replacement);
  }

  /** Rewrites the path of a request that this route matched. */
  apply(head: RequestHead): void {
    const rest = head.pathBytes.subarray(head.pathStart + this.#matchedLength, head.pathEnd);
    const path = new Uint8Array(this.#replacement.length + rest.length);
    path.set(this.#replacement);
    path.set(rest, this.#replacement.length);
    head.pathBytes = path;
    head.pathStart = 0;
    head.pathEnd = path.length;
  }
}
