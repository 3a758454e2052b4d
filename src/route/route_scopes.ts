/**
 * Which scope a request belongs to: what is kept of each scope is found by the request's key, a text for each fragment
 * (spec/http.md 1.1). A request of which a fragment is missing belongs to none.
 */
import { byteText } from "../base/byte_text.ts";
import type { RouteScopeConfig, ScopedRoutesConfig } from "../config/scoped_routes_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { ScopeFragment } from "./scope_fragment.ts";

/** Keys that begin alike. */
interface KeyLevel<Value> {
  readonly longer: Map<string, KeyLevel<Value>>;
  value: Value | null;
}

export class RouteScopes<Value> {
  readonly #fragments: readonly ScopeFragment[];
  readonly #root: KeyLevel<Value> = { longer: new Map(), value: null };

  /** `make`: what is kept of a scope. */
  constructor({ fragments, scopes }: ScopedRoutesConfig, make: (scope: RouteScopeConfig) => Value) {
    this.#fragments = fragments.map((fragment) => new ScopeFragment(fragment));
    for (const scope of scopes) this.#levelOf(scope.key).value = make(scope);
  }

  /** What is kept of the scope that this request belongs to; null = it belongs to none. */
  find(head: RequestHead): Value | null {
    let level = this.#root;
    for (const fragment of this.#fragments) {
      const text = fragment.read(head), next = text === null ? undefined : level.longer.get(text);
      if (next === undefined) return null;
      level = next;
    }
    return level.value;
  }

  /** What is kept of the scope with this key; null = there is none. */
  at(key: readonly string[]): Value | null {
    let level = this.#root;
    for (const text of key.map(byteText)) {
      const next = level.longer.get(text);
      if (next === undefined) return null;
      level = next;
    }
    return level.value;
  }

  #levelOf(key: readonly string[]): KeyLevel<Value> {
    let level = this.#root;
    for (const text of key.map(byteText)) {
      let next = level.longer.get(text);
      if (next === undefined) level.longer.set(text, next = { longer: new Map(), value: null });
      level = next;
    }
    return level;
  }
}
