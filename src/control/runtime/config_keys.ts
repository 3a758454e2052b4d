/**
 * The runtime keys that the configuration in force names: `runtime_key` fields wherever they stand, and the weights of
 * weighted clusters under their `runtime_key_prefix` (spec/operations.md 7.7, 7.12). Each part of the configuration is
 * looked through once.
 */
import type { ConfigChange } from "../../config/config_change.ts";
import type { RuntimeWant } from "../../config/runtime_text.ts";

/** One place that names a key. */
export interface KeyUse {
  readonly key: string;
  readonly want: RuntimeWant;
  /** In words; what the place itself says without the key. */
  readonly default: string | null;
  readonly group: string;
  /** In words: `route "canary" of virtual host "all"`. */
  readonly text: string;
  /** A path under `/console`. */
  readonly link: string;
}

/** Configuration as it stands: the sum of what workers were told. */
export type ConfigParts = Pick<ConfigChange, "listeners" | "clusters" | "routes">;

type Node = Readonly<Record<string, unknown>>;

export class ConfigKeys {
  /** By the object of a cluster, listener or route configuration, which is never changed. */
  readonly #found = new WeakMap<object, readonly KeyUse[]>();

  /** All places, by key. */
  usesIn({ listeners, clusters, routes }: ConfigParts): ReadonlyMap<string, readonly KeyUse[]> {
    const uses = new Map<string, KeyUse[]>();
    const take = (object: object, text: string, link: string) => {
      let found = this.#found.get(object);
      if (found === undefined) this.#found.set(object, found = usesOf(object as Node, text, link));
      for (const use of found) {
        const known = uses.get(use.key);
        if (known === undefined) uses.set(use.key, [use]);
        else known.push(use);
      }
    };
    for (const { config } of listeners ?? []) {
      take(config, `listener ${quoted(config.name)}`, `/listeners/${encodeURIComponent(config.name)}`);
    }
    for (const { config } of clusters) {
      take(config, `cluster ${quoted(config.name)}`, `/clusters/${encodeURIComponent(config.name)}`);
    }
    for (const { routes: config } of routes) {
      if (config === null) continue;
      take(config, `routes ${quoted(config.name)}`, `/routes/${encodeURIComponent(config.name)}`);
    }
    return uses;
  }
}

function usesOf(root: Node, text: string, link: string): KeyUse[] {
  const uses: KeyUse[] = [];
  walk(root, text, link);
  return uses;

  function walk(node: Node, text: string, link: string): void {
    const { runtimeKey, runtimeKeyPrefix } = node;
    if (typeof runtimeKey === "string" && runtimeKey !== "") {
      uses.push({ ...valueUse(node), key: runtimeKey, text, link });
    }
    if (typeof runtimeKeyPrefix === "string" && runtimeKeyPrefix !== "") uses.push(...weightUses(node, text, link));
    for (const [field, value] of Object.entries(node)) {
      if (typeof value !== "object" || value === null) continue;
      const place = PLACES[field];
      for (const item of Array.isArray(value) ? value : [value]) {
        if (typeof item !== "object" || item === null) continue;
        walk(item, place === undefined ? text : `${place(item)} of ${text}`, link);
      }
    }
  }
}

/** Fields whose elements have a name for people. */
const PLACES: Readonly<Record<string, (node: Node) => string>> = {
  virtualHosts: ({ name }) => `virtual host ${quoted(name)}`,
  routes: (route) => `route ${routeName(route)}`,
  mirrorPolicies: () => "a mirror policy",
  accessLogs: () => "an access log",
  slowStart: () => "slow start",
};

function routeName({ name, match }: Node): string {
  if (typeof name === "string" && name !== "") return quoted(name);
  const { path } = (match ?? {}) as Node;
  const { value } = (path ?? {}) as Node;
  return typeof value === "string" ? quoted(value) : "without a name";
}

/** What a message with a `runtime_key` wants shows in the fields beside it. */
function valueUse(node: Node): Pick<KeyUse, "want" | "default" | "group"> {
  if (typeof node.sampled === "object" && node.sampled !== null) {
    const sampled = node.sampled as Node;
    const want = sampled.denominator === 100 ? "percent" : "uint";
    return { want, default: fractionText(sampled), group: "Access logs" };
  }
  if (typeof node.numerator === "number") {
    return { want: "fraction", default: fractionText(node), group: "Traffic shifting" };
  }
  if (typeof node.defaultValue === "number") {
    return { want: "double", default: String(node.defaultValue), group: "Load balancing" };
  }
  return { want: "uint", default: typeof node.value === "number" ? String(node.value) : null, group: "Access logs" };
}

function weightUses({ runtimeKeyPrefix, clusters }: Node, text: string, link: string): KeyUse[] {
  return (Array.isArray(clusters) ? clusters as Node[] : []).flatMap(({ cluster, weight }): KeyUse[] => {
    const { kind, name } = (cluster ?? {}) as Node;
    if (kind !== "cluster") return [];
    const key = `${String(runtimeKeyPrefix)}.${String(name)}`;
    const use = `weight of cluster ${quoted(name)} in ${text}`;
    return [{ key, want: "uint", default: String(weight), group: "Traffic shifting", text: use, link }];
  });
}

function fractionText({ numerator, denominator }: Node): string {
  return denominator === 100 ? `${String(numerator)} %` : `${String(numerator)} of ${String(denominator)}`;
}

function quoted(name: unknown): string {
  return JSON.stringify(name);
}
