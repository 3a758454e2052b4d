/**
 * What a route makes of the host (spec/http.md 2.7). Like a path's rewrite it only says what the host would be; null
 * leaves it as it is. A host that is the upstream host's name is not made here: it is only known once that is picked.
 */
import { latin1Text } from "../base/ascii.ts";
import type { HostRewriteConfig } from "../config/route_action_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { SafeRegex } from "../match/safe_regex.ts";
import { parseSubstitution } from "../match/substitution.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { TextFormatter } from "../observe/format/text_formatter.ts";
import type { ViewedStream } from "../observe/stream_view.ts";
import { queryStart } from "./path_rewrite.ts";

type Rewrite = (head: RequestHead, stream: ViewedStream) => string | null;

export class HostRewrite {
  readonly #rewritten: Rewrite;

  constructor(config: Exclude<HostRewriteConfig, { kind: "auto" }>, formats: FormatContext) {
    this.#rewritten = compile(config, formats);
  }

  /** The new host, or null. `stream` is that of `head`. */
  rewritten(head: RequestHead, stream: ViewedStream): string | null {
    return this.#rewritten(head, stream);
  }
}

function compile(config: Exclude<HostRewriteConfig, { kind: "auto" }>, formats: FormatContext): Rewrite {
  switch (config.kind) {
    case "literal":
      return () => config.value;
    case "header":
      return ({ headers }) => headers.getName(config.header) || null;
    case "format": {
      // As in Envoy, and other than in a path: what is not there is a dash.
      const formatter = new TextFormatter(config.format, { omitEmptyValues: false, escapesValues: false }, formats);
      return (_, { view }) => formatter.text(view) || null;
    }
    case "path_regex": {
      const regex = new SafeRegex(config.regex), substitution = parseSubstitution(config.substitution);
      return (head) => {
        const path = latin1Text(head.pathBytes, head.pathStart, queryStart(head));
        return regex.replaceAll(path, substitution) || null;
      };
    }
  }
}
