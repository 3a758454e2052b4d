/** Changes to header lists as the data path sees them: plain values of the snapshot (spec/http.md 2.9). */
import type { TextTemplate } from "./format/format_config.ts";
import type { StringMatcherConfig } from "./match_config.ts";

/** What one level of a route does to requests and to responses. */
export interface HeaderLevelConfig {
  readonly requestHeaders: HeaderMutationsConfig;
  readonly responseHeaders: HeaderMutationsConfig;
}

/** What one level removes and adds. */
export interface HeaderMutationsConfig {
  /** Names in lower case. */
  readonly remove: readonly string[];
  readonly add: readonly HeaderValueConfig[];
}

/** `envoy.config.core.v3.HeaderValueOption`. */
export interface HeaderValueConfig {
  /** In lower case. */
  readonly name: string;
  readonly value: TextTemplate;
  readonly action: HeaderAppendAction;
  /** An empty value is set, too. */
  readonly keepsEmpty: boolean;
}

/** What becomes of a field that is there already. */
export type HeaderAppendAction =
  | "APPEND_IF_EXISTS_OR_ADD"
  | "ADD_IF_ABSENT"
  | "OVERWRITE_IF_EXISTS_OR_ADD"
  | "OVERWRITE_IF_EXISTS";

/** `envoy.config.common.mutation_rules.v3.HeaderMutation`: one of a list that is done in its order. */
export type HeaderStepConfig =
  /** In lower case. */
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "remove_matching"; readonly names: StringMatcherConfig }
  | { readonly kind: "append"; readonly header: HeaderValueConfig };
