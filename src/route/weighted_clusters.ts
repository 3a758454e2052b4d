/**
 * A choice among clusters by weight (spec/http.md 2.5): each entry owns as many numbers as its weight, in order, and one
 * number picks the entry: a request header's, a hash, or the stream's own by chance. Runtime may change weights, and
 * with them the sum.
 */
import type { WeightedClustersConfig } from "../config/route_action_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderField } from "../match/header_field.ts";
import { type HashPolicies, RequestHash } from "./hash_policy.ts";
import type { RouteInput } from "./route_input.ts";

/** A whole number as Envoy reads it. */
const WHOLE_NUMBER = /^[ \t]*\+?(\d+)[ \t]*$/;
const MAX_UINT64 = 2n ** 64n - 1n;

export class WeightedClusters {
  readonly #config: WeightedClustersConfig;
  /** Runtime keys by entry; null = weights never change. */
  readonly #runtimeKeys: readonly string[] | null;
  readonly #total: number;
  /** The header that the choice goes by; null = it goes by no header. */
  readonly #field: HeaderField | null;
  /** What the choice goes by, where it goes by a hash; null = by a header or by chance. */
  readonly #hashPolicies: HashPolicies | null;
  readonly #hash = new RequestHash();

  /** `hashPolicies`: those of the route. */
  constructor(config: WeightedClustersConfig, hashPolicies: HashPolicies | null) {
    const { clusters, runtimeKeyPrefix } = config;
    this.#config = config;
    this.#runtimeKeys = runtimeKeyPrefix === ""
      ? null
      : clusters.map(({ cluster }) => cluster.kind === "cluster" ? `${runtimeKeyPrefix}.${cluster.name}` : "");
    this.#field = config.headerName === "" ? null : new HeaderField(config.headerName);
    this.#hashPolicies = config.useHashPolicy ? hashPolicies : null;
    this.#total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Position of the entry for a request. */
  pick(input: RouteInput): number {
    const { clusters } = this.#config;
    const weights = this.#runtimeKeys === null ? null : this.#liveWeights(input, this.#runtimeKeys);
    const total = weights === null ? this.#total : weights.reduce((sum, weight) => sum + weight, 0);
    // Weights that runtime has set to nothing leave no choice.
    if (total === 0) return 0;
    let left = this.#valueBelow(total, input);
    for (let i = 0; i < clusters.length; i++) {
      left -= weights === null ? clusters[i]!.weight : weights[i]!;
      if (left < 0) return i;
    }
    return clusters.length - 1;
  }

  #valueBelow(total: number, input: RouteInput): number {
    const field = this.#field, hashPolicies = this.#hashPolicies;
    if (field !== null) {
      const number = numberIn(input.head.headers, field);
      if (number !== null) return Number(number % BigInt(total));
    } else if (hashPolicies !== null) {
      const hash = this.#hash;
      hashPolicies.computeWithoutCookies(input, hash);
      if (hash.isFound) return hash.value.modulo(total);
    }
    return input.random % total;
  }

  #liveWeights({ runtime }: RouteInput, keys: readonly string[]): number[] {
    return this.#config.clusters.map(({ weight }, i) => keys[i] === "" ? weight : runtime.number(keys[i]!, weight));
  }
}

/** The number that a header holds; null = it is not there once, or holds none of 64 bits. */
function numberIn(headers: HeaderList, field: HeaderField): bigint | null {
  const entry = field.findFrom(headers, 0);
  if (entry < 0 || field.findFrom(headers, entry + 1) >= 0) return null;
  const digits = WHOLE_NUMBER.exec(headers.valueText(entry))?.[1];
  if (digits === undefined) return null;
  const number = BigInt(digits);
  return number <= MAX_UINT64 ? number : null;
}
