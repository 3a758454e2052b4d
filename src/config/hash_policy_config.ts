/**
 * What a request is hashed by, as the data path sees it: plain values of the snapshot, every default filled in (spec/http.md
 * 2.14).
 */
import type { RegexRewriteConfig } from "./route_action_config.ts";

/** `RouteAction.HashPolicy`. */
export type HashPolicyConfig = { readonly isTerminal: boolean } & HashSourceConfig;

/** What is hashed. */
export type HashSourceConfig =
  /** Its name in lower case; every value rewritten before it is hashed. */
  | { readonly kind: "header"; readonly name: string; readonly rewrite: RegexRewriteConfig | null }
  | HashCookieConfig
  | { readonly kind: "source_ip" }
  | { readonly kind: "query_parameter"; readonly name: string }
  | { readonly kind: "filter_state"; readonly key: string }
  /** Nothing: it asks for no property. */
  | { readonly kind: "none" };

/** A cookie, which may be given to who has none. */
export interface HashCookieConfig {
  readonly kind: "cookie";
  readonly name: string;
  /** Whole seconds; 0 = for the session; null = who has none gets none. */
  readonly ttlSeconds: number | null;
  /** Empty = none is named. */
  readonly path: string;
  /** An empty value stands for a name alone. */
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}
