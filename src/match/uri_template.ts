/**
 * URI templates, compiled (spec/http.md 2.2, 2.6): a template is an expression that the whole path must match, and a rewrite
 * puts what its variables matched into other text. Time is linear in the path.
 */
import { latin1Text } from "../base/ascii.ts";
import { compileRe2, type Re2, regexProblem } from "../base/re2.ts";
import type { UriRewriteConfig, UriTemplateConfig } from "../config/uri_template.ts";
import { SafeRegex } from "./safe_regex.ts";

/** Tells paths. */
export class UriTemplate {
  readonly #regex: SafeRegex | null;

  /** A `**` within literal text makes an expression that is none: such a template matches nothing, as in Envoy. */
  constructor({ regex }: UriTemplateConfig) {
    this.#regex = regexProblem(regex) === null ? new SafeRegex(regex) : null;
  }

  /** Whether the path in `bytes[start, end)`, without its query, is one of the template's. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#regex !== null && this.#regex.matchesBytes(bytes, start, end);
  }
}

/** Makes a path out of one that matched. */
export class UriRewrite {
  readonly #engine: Re2 | null;
  readonly #parts: UriRewriteConfig["parts"];

  constructor({ regex }: UriTemplateConfig, { parts }: UriRewriteConfig) {
    this.#engine = regexProblem(regex) === null ? compileRe2(regex) : null;
    this.#parts = parts;
  }

  /** The new path for the one in `bytes[start, end)`, without its query, one unit a byte; null = it does not match. */
  rewrite(bytes: Uint8Array, start: number, end: number): string | null {
    const matcher = this.#engine?.matcher(latin1Text(bytes, start, end));
    if (matcher === undefined || !matcher.matches()) return null;
    let path = "";
    for (const { kind, text } of this.#parts) path += kind === "text" ? text : matcher.group(text) ?? "";
    return path;
  }
}
