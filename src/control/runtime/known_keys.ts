/** What is known of a key: by the catalogue, or by the configuration in force that names it. */
import type { RuntimeWant } from "../../config/runtime_text.ts";
import { CATALOG, type CatalogEntry, catalogued, expanded } from "./catalog.ts";
import { ConfigKeys, type ConfigParts, type KeyUse } from "./config_keys.ts";

/** A key the proxy reads. */
export interface KnownKey extends CatalogEntry {
  readonly usedBy: readonly KeyUse[];
}

/** Where it is asked. */
export interface KeyKnowledge {
  /** Another number when the configuration may name other keys. */
  readonly version: number;
  /** Null = nothing is known to read it. */
  of(key: string): KnownKey | null;
  /** The catalogue, and after it the keys of the configuration; with names in place of brackets. */
  all(): readonly (KnownKey & { readonly keys: readonly string[] })[];
}

export class KnownKeys implements KeyKnowledge {
  readonly #config: { readonly generation: number; everything(): ConfigParts };
  readonly #keys = new ConfigKeys();
  #generation = -1;
  #uses: ReadonlyMap<string, readonly KeyUse[]> = new Map();
  #clusters: readonly string[] = [];

  constructor(config: { readonly generation: number; everything(): ConfigParts }) {
    this.#config = config;
  }

  get version(): number {
    return this.#config.generation;
  }

  of(key: string): KnownKey | null {
    const entry = catalogued(key);
    if (entry !== null) return { ...entry, usedBy: this.#usesOf(key) };
    const uses = this.#usesOf(key);
    return uses.length === 0 ? null : namedKey(key, uses);
  }

  all(): (KnownKey & { keys: readonly string[] })[] {
    this.#look();
    const own = CATALOG.map((entry) => {
      const keys = expanded(entry.pattern, this.#clusters);
      return { ...entry, keys, usedBy: keys.length === 0 ? this.#usesOf(entry.pattern) : [] };
    });
    const named = Array.from(this.#uses)
      .filter(([key]) => catalogued(key) === null)
      .map(([key, uses]) => ({ ...namedKey(key, uses), keys: [] }));
    return [...own, ...named];
  }

  #usesOf(key: string): readonly KeyUse[] {
    this.#look();
    return this.#uses.get(key) ?? [];
  }

  /** Parts of the configuration come by change; what was looked through is not again. */
  #look(): void {
    const { generation } = this.#config;
    if (generation === this.#generation) return;
    this.#generation = generation;
    const parts = this.#config.everything();
    this.#uses = this.#keys.usesIn(parts);
    this.#clusters = parts.clusters.map(({ config }) => config.name);
  }
}

function namedKey(key: string, uses: readonly KeyUse[]): KnownKey {
  const [first] = uses, want: RuntimeWant = first!.want;
  const defaults = new Set(uses.map((use) => use.default));
  return {
    pattern: key,
    group: first!.group,
    want,
    unit: want === "fraction" ? "requests" : "",
    minimum: null,
    maximum: want === "fraction" || want === "percent" ? 100 : null,
    choices: [],
    default: defaults.size === 1 ? first!.default : null,
    description: "The configuration names it",
    read: "request",
    isGlobal: false,
    usedBy: uses,
  };
}
