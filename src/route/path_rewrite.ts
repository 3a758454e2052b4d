/**
 * What a route makes of a path: by prefix, expression, template or format (spec/http.md 2.6). The query stays as it is. A
 * rewrite only says what the path would be; whoever asked decides what to do with that.
 */
import { latin1Bytes, latin1Text } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";
import { assertNever, invariant } from "../base/errors.ts";
import type { TextTemplate } from "../config/format/format_config.ts";
import type { PathRewriteConfig } from "../config/route_action_config.ts";
import type { RouteMatchConfig } from "../config/route_match_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { SafeRegex } from "../match/safe_regex.ts";
import { parseSubstitution, type Substitution } from "../match/substitution.ts";
import { UriRewrite } from "../match/uri_template.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { TextFormatter } from "../observe/format/text_formatter.ts";
import type { ViewedStream } from "../observe/stream_view.ts";
import type { PathSpecifier } from "./path_specifier.ts";

const QUESTION_MARK = 63;

/** Rewrites paths that one route matched. */
export interface PathRewrite {
  /** The new path, query and all; null = it stays. `stream` is that of `head`. */
  rewritten(head: RequestHead, stream: ViewedStream): Uint8Array | null;
}

/** Compiles a rewrite for a route that matched `matched`, which is `match` in the configuration. */
export function compilePathRewrite(
  config: PathRewriteConfig,
  matched: PathSpecifier,
  match: RouteMatchConfig["path"],
  formats: FormatContext,
): PathRewrite {
  switch (config.kind) {
    case "prefix":
      return new PrefixRewrite(matched, config.value);
    case "regex":
      return new RegexRewrite(config.regex, config.substitution);
    case "template":
      invariant(match.kind === "uri_template", "A template rewrites what another match matched");
      return new TemplateRewrite(new UriRewrite(match.template, config.template));
    case "format":
      return new FormatRewrite(config.format, formats);
    default:
      return assertNever(config);
  }
}

/** What a `path_rewrite` is made with: what is not there leaves no trace. */
export function pathFormatter(format: TextTemplate, formats: FormatContext): TextFormatter {
  return new TextFormatter(format, { omitEmptyValues: true, escapesValues: false }, formats);
}

/** Where the query begins, its `?` included; the path's end where there is none. */
export function queryStart({ pathBytes, pathStart, pathEnd }: RequestHead): number {
  let at = pathStart;
  while (at < pathEnd && pathBytes[at] !== QUESTION_MARK) at++;
  return at;
}

/**
 * The matched part is replaced; for a `safe_regex` match that is the whole path. A path that does not begin with what was
 * matched, because only its parameters stood between, stays, as in Envoy.
 */
export class PrefixRewrite implements PathRewrite {
  readonly #matched: PathSpecifier;
  readonly #replacement: Uint8Array;

  constructor(matched: PathSpecifier, replacement: string) {
    this.#matched = matched;
    this.#replacement = new TextEncoder().encode(replacement);
  }

  rewritten(head: RequestHead): Uint8Array | null {
    const matchedLength = this.#matched.matchedLength(head.pathBytes, head.pathStart, queryStart(head));
    if (matchedLength < 0) return null;
    return joined(this.#replacement, head.pathBytes.subarray(head.pathStart + matchedLength, head.pathEnd));
  }
}

/** Every match of an expression in the path is replaced. */
class RegexRewrite implements PathRewrite {
  readonly #regex: SafeRegex;
  readonly #substitution: Substitution;

  constructor(regex: string, substitution: string) {
    this.#regex = new SafeRegex(regex);
    this.#substitution = parseSubstitution(substitution);
  }

  rewritten(head: RequestHead): Uint8Array {
    const query = queryStart(head);
    const path = latin1Text(head.pathBytes, head.pathStart, query);
    const changed = latin1Bytes(this.#regex.replaceAll(path, this.#substitution));
    return joined(changed, head.pathBytes.subarray(query, head.pathEnd));
  }
}

/** The variables of the template that matched stand in another one. */
class TemplateRewrite implements PathRewrite {
  readonly #rewrite: UriRewrite;

  constructor(rewrite: UriRewrite) {
    this.#rewrite = rewrite;
  }

  rewritten(head: RequestHead): Uint8Array {
    const { pathBytes, pathStart, pathEnd } = head, query = queryStart(head);
    const path = this.#rewrite.rewrite(pathBytes, pathStart, query);
    // A filter may have changed the path since it matched: then it stays.
    if (path === null) return pathBytes.slice(pathStart, pathEnd);
    return joined(latin1Bytes(path), pathBytes.subarray(query, pathEnd));
  }
}

/** A format makes the path. As in Envoy the query comes behind it even when it has brought one of its own. */
class FormatRewrite implements PathRewrite {
  readonly #formatter: TextFormatter;

  constructor(format: TextTemplate, formats: FormatContext) {
    this.#formatter = pathFormatter(format, formats);
  }

  rewritten(head: RequestHead, { view }: ViewedStream): Uint8Array | null {
    const writer = new ByteWriter();
    this.#formatter.write(writer, view);
    if (writer.length === 0) return null;
    return joined(writer.bytes.subarray(0, writer.length), head.pathBytes.subarray(queryStart(head), head.pathEnd));
  }
}

function joined(first: Uint8Array, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + rest.length);
  bytes.set(first);
  bytes.set(rest, first.length);
  return bytes;
}
