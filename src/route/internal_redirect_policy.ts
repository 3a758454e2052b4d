/**
 * Which redirects of an upstream a route follows by itself, compiled, and what is remembered of them meanwhile (spec/http.md
 * 3). A history is one request's, over all the routes that it takes; most requests have none.
 */
import type { InternalRedirectConfig, RedirectPredicateConfig } from "../config/internal_redirect_config.ts";

/** What is known of a redirect when its new route is looked at. */
export interface RedirectCandidate {
  /** Name of the route that the redirect leads to; may be empty. */
  readonly routeName: string;
  /** The client's connection has TLS; the target asks for it. */
  readonly isHttps: boolean;
  readonly isTargetHttps: boolean;
}

/** Redirects that one request has followed. */
export class RedirectHistory {
  count = 0;
  /** Names of the routes that redirects of a route have led to. */
  readonly #routes = new Map<string, Set<string>>();

  /** Notes that a redirect of `from` leads to `to`; false = one has before. */
  visit(from: string, to: string): boolean {
    let known = this.#routes.get(from);
    if (known === undefined) this.#routes.set(from, known = new Set());
    if (known.has(to)) return false;
    known.add(to);
    return true;
  }
}

export class InternalRedirectPolicy {
  readonly maxRedirects: number;
  readonly allowsCrossScheme: boolean;
  readonly responseHeadersToCopy: readonly string[];
  readonly #statuses: readonly number[];
  readonly #predicates: readonly RedirectPredicateConfig[];
  readonly #routeName: string;

  /** `routeName`: the route that the policy stands in. */
  constructor(config: InternalRedirectConfig, routeName: string) {
    this.maxRedirects = config.maxRedirects;
    this.allowsCrossScheme = config.allowsCrossScheme;
    this.responseHeadersToCopy = config.responseHeadersToCopy;
    this.#statuses = config.statuses;
    this.#predicates = config.predicates;
    this.#routeName = routeName;
  }

  /** Whether answers of this status are followed. */
  follows(status: number): boolean {
    return this.#statuses.includes(status);
  }

  /** Whether every predicate accepts the new route. */
  accepts(candidate: RedirectCandidate, history: RedirectHistory): boolean {
    return this.#predicates.every((predicate) => {
      switch (predicate.kind) {
        case "previous_routes":
          return history.visit(this.#routeName, candidate.routeName);
        case "allow_listed_routes":
          return predicate.names.includes(candidate.routeName);
        case "safe_cross_scheme":
          return candidate.isHttps || !candidate.isTargetHttps;
      }
    });
  }
}
