/**
 * Answers with another place to ask (spec/http.md 2.10): each part of the URL is the request's unless the route has it.
 *
 * Differs from Envoy: a path from a format that would end the line of `location` is none; there it splits the response.
 */
import { holdsControls, latin1Text } from "../base/ascii.ts";
import type { PathRewriteConfig, RedirectConfig } from "../config/route_action_config.ts";
import type { RouteMatchConfig } from "../config/route_match_config.ts";
import { withoutPort } from "../http/authority.ts";
import type { RequestHead } from "../http/request_head.ts";
import { schemeOf } from "../http/scheme.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { TextFormatter } from "../observe/format/text_formatter.ts";
import type { ViewedStream } from "../observe/stream_view.ts";
import { compilePathRewrite, pathFormatter, type PathRewrite, queryStart } from "./path_rewrite.ts";
import type { PathSpecifier } from "./path_specifier.ts";

/** The port that a scheme has when a URL names none. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ":80", https: ":443" };

/** `action.kind` is `redirect`. */
export interface RedirectAction {
  readonly kind: "redirect";
  readonly status: number;
  /** Value of `location`. `stream` is that of `head`. */
  location(head: RequestHead, stream: ViewedStream): string;
}

/** The redirect of a virtual host that wants TLS (`require_tls`): the same place, port and all, by `https`. */
export const TLS_REDIRECT: RedirectAction = {
  kind: "redirect",
  status: 301,
  location: (head) => `https://${head.authority ?? ""}${head.path}`,
};

/** Where a request went, as an absolute URL: what some direct responses have for a `location`. */
export function ownUrl(head: RequestHead): string {
  return `${schemeOf(head)}://${head.authority ?? ""}${head.path}`;
}

/** A route's redirect. */
export class RouteRedirect implements RedirectAction {
  readonly kind = "redirect";
  readonly status: number;
  readonly #config: RedirectConfig;
  readonly #rewrite: PathRewrite | null;
  /** Makes a path as `path_redirect` is one, not as a rewrite does; null = there is none. */
  readonly #format: TextFormatter | null;

  constructor(
    config: RedirectConfig,
    matched: PathSpecifier,
    match: RouteMatchConfig["path"],
    formats: FormatContext,
  ) {
    const { path } = config, isMade = path?.kind === "format";
    this.status = config.status;
    this.#config = config;
    this.#format = isMade ? pathFormatter(path.format, formats) : null;
    this.#rewrite = isRewrite(path) && !isMade ? compilePathRewrite(path, matched, match, formats) : null;
  }

  location(head: RequestHead, stream: ViewedStream): string {
    const scheme = this.#config.scheme ?? schemeOf(head);
    const path = this.#path(head, stream);
    return `${scheme}://${this.#host(head, scheme)}${path.startsWith("/") ? "" : "/"}${path}`;
  }

  #host(head: RequestHead, scheme: string): string {
    const { host, port } = this.#config, asked = head.authority ?? "";
    if (host !== null) return port === null ? host : `${host}:${port}`;
    if (port !== null) return `${withoutPort(asked)}:${port}`;
    // The old scheme's own port would be the wrong one for the new.
    const old = schemeOf(head), usual = DEFAULT_PORTS[old];
    return old !== scheme && usual !== undefined && asked.endsWith(usual) ? asked.slice(0, -usual.length) : asked;
  }

  #path(head: RequestHead, stream: ViewedStream): string {
    const { path: wanted, stripsQuery } = this.#config;
    const query = queryStart(head);
    const rewritten = this.#rewrite?.rewritten(head, stream) ?? null;
    if (rewritten !== null) {
      const end = stripsQuery ? rewritten.length - (head.pathEnd - query) : rewritten.length;
      return latin1Text(rewritten, 0, end);
    }
    const queryText = stripsQuery ? "" : latin1Text(head.pathBytes, query, head.pathEnd);
    const other = wanted?.kind === "path" ? wanted.value : this.#format?.text(stream.view) ?? "";
    if (other === "" || holdsControls(other)) return latin1Text(head.pathBytes, head.pathStart, query) + queryText;
    // A query of its own takes the request's place, and stays.
    return other.includes("?") ? other : other + queryText;
  }
}

function isRewrite(path: RedirectConfig["path"]): path is PathRewriteConfig {
  return path !== null && path.kind !== "path";
}
