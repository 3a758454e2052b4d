/**
 * What a route makes of the host (spec/http.md 2.7). Like a path's rewrite it only says what the host would be; null
 * leaves it as it is. A host that is the upstream host's name is not made here: it is only known once that is picked.
 */
import { latin1Text } from "../base/ascii.ts";
import type { HostRewriteConfig } from "../config/route_action_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { SafeRegex } from "../match/safe_regex.ts";
import { parseSubstitution } from "../match/substitution.ts";
import { queryStart } from "./path_rewrite.ts";

export class HostRewrite {
  readonly #rewritten: (head: RequestHead) => string | null;

  constructor(config: Exclude<HostRewriteConfig, { kind: "auto" }>) {
    this.#rewritten = compile(config);
  }

  /** The new host, or null. */
  rewritten(head: RequestHead): string | null {
    return this.#rewritten(head);
  }
}

function compile(config: Exclude<HostRewriteConfig, { kind: "auto" }>): (head: RequestHead) => string | null {
  switch (config.kind) {
    case "literal":
      return () => config.value;
    case "header":
      return ({ headers }) => headers.getName(config.header) || null;
    case "path_regex": {
      const regex = new SafeRegex(config.regex), substitution = parseSubstitution(config.substitution);
      return (head) => {
        const path = latin1Text(head.pathBytes, head.pathStart, queryStart(head));
        return regex.replaceAll(path, substitution) || null;
      };
    }
  }
}
