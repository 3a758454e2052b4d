/**
 * What Envoy takes in silence of scoped routes that are written down, though some scope is never found then: keys and
 * names given twice, keys of another length than requests have (spec/http.md 1.1).
 */

import type { PathStep } from "./field_path.ts";
import { type CanonicalMessage, listIn, messageIn } from "./source_map.ts";

type Warn = (path: readonly PathStep[], reason: string) => void;

/** The route configurations of the scopes of a connection manager that has any, each with the path to it from there. */
export function scopedRouteConfigurations(
  manager: CanonicalMessage,
): readonly (readonly [path: readonly PathStep[], routes: CanonicalMessage])[] {
  return scopesOf(manager).map((scope, index) =>
    [[...LIST_PATH, index, "route_configuration"], messageIn(scope, "route_configuration")] as const
  );
}

/** Warns of the scopes of a connection manager at `path`. */
export function warnOfScopes(manager: CanonicalMessage, path: readonly PathStep[], warn: Warn): void {
  const builder = messageIn(messageIn(manager, "scoped_routes"), "scope_key_builder");
  const wanted = listIn(builder, "fragments").length;
  const ownerOfKey = new Map<string, string>(), names = new Set<string>();
  scopesOf(manager).forEach((scope, index) => {
    const scopePath = [...path, ...LIST_PATH, index], name = String(scope["name"] ?? "");
    const fragments = listIn(messageIn(scope, "key"), "fragments");
    const key = JSON.stringify(fragments.map((fragment) => String(fragment["string_key"] ?? "")));
    const owner = ownerOfKey.get(key);
    if (names.has(name)) {
      warn([...scopePath, "name"], `second scope named '${name}': the earlier one is not found any more, as in Envoy`);
    } else if (owner !== undefined) {
      const reason = `scope key conflict found, first scope is '${owner}', second scope is '${name}'`;
      warn([...scopePath, "key"], `${reason}: the second one is taken, as in Envoy`);
    }
    if (fragments.length !== wanted) {
      const reason = `no request has a key of this length: found ${fragments.length} fragments, wanted ${wanted}`;
      warn([...scopePath, "key", "fragments"], reason);
    }
    names.add(name);
    ownerOfKey.set(key, name);
  });
}

const LIST_PATH = ["scoped_routes", "scoped_route_configurations_list", "scoped_route_configurations"] as const;

function scopesOf(manager: CanonicalMessage): readonly CanonicalMessage[] {
  const list = messageIn(messageIn(manager, "scoped_routes"), "scoped_route_configurations_list");
  return listIn(list, "scoped_route_configurations");
}
