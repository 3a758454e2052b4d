/** Forwarding to a cluster: which one, how long, and what of the path is rewritten (spec/http.md 2.5, 2.6). */
import type { RouteActionConfig } from "../config/route_config.ts";
import { PrefixRewrite } from "./path_rewrite.ts";
import type { PathSpecifier } from "./path_specifier.ts";

/** `action.kind` is `route`. */
export class ForwardAction {
  readonly kind = "route";
  readonly cluster: string;
  readonly clusterNotFoundStatus: number;
  readonly timeoutMs: number;
  readonly rewrite: PrefixRewrite | null;

  constructor(config: RouteActionConfig, matched: PathSpecifier) {
    this.cluster = config.cluster;
    this.clusterNotFoundStatus = config.clusterNotFoundStatus;
    this.timeoutMs = config.timeoutMs;
    this.rewrite = config.prefixRewrite === "" ? null : new PrefixRewrite(matched, config.prefixRewrite);
  }
}
