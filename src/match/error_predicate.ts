/** Which responses count as errors for outlier detection, where a cluster says so (spec/upstream.md 2.2), compiled. */
import type { ErrorMatcherConfig } from "../config/outlier_config.ts";
import type { ResponseHead } from "../http/response_head.ts";
import { compileHeaderMatcher } from "./header_matcher.ts";

/** Asked about the head of every response. */
export interface ErrorPredicate {
  matches(head: ResponseHead): boolean;
}

/** Compiles a matcher of responses' heads. */
export function compileErrorPredicate(config: ErrorMatcherConfig): ErrorPredicate {
  switch (config.kind) {
    case "always":
      return { matches: () => true };
    case "headers": {
      const matchers = config.headers.map(compileHeaderMatcher);
      return { matches: (head) => matchers.every((matcher) => matcher.matchesResponse(head)) };
    }
    case "not": {
      const rule = compileErrorPredicate(config.rule);
      return { matches: (head) => !rule.matches(head) };
    }
    case "any": {
      const rules = config.rules.map(compileErrorPredicate);
      return { matches: (head) => rules.some((rule) => rule.matches(head)) };
    }
    case "all": {
      const rules = config.rules.map(compileErrorPredicate);
      return { matches: (head) => rules.every((rule) => rule.matches(head)) };
    }
  }
}
