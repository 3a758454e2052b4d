/**
 * A choice among clusters by weight (spec/http.md 2.5): each entry owns as many numbers as its weight, in order, and one
 * number picks the entry: a request header's, a hash, or the stream's own by chance. Runtime may change weights, and
 * with them the sum.
 */
import type { WeightedClustersConfig } from "../config/route_action_config.ts";
import type { RouteInput } from "./route_input.ts";

const DECIMAL = /^\d{1,20}$/;

export class WeightedClusters {
  readonly #config: WeightedClustersConfig;
  /** Runtime keys by entry; null = weights never change. */
  readonly #runtimeKeys: readonly string[] | null;
  readonly #total: number;

  constructor(config: WeightedClustersConfig) {
    const { clusters, runtimeKeyPrefix } = config;
    this.#config = config;
    this.#runtimeKeys = runtimeKeyPrefix === ""
      ? null
      : clusters.map(({ cluster }) => cluster.kind === "cluster" ? `${runtimeKeyPrefix}.${cluster.name}` : "");
    this.#total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Position of the entry for a request. */
  pick(input: RouteInput): number {
    const { clusters, headerName } = this.#config;
    const header = headerName === "" ? null : input.head.headers.getName(headerName);
    const weights = this.#runtimeKeys === null ? null : this.#liveWeights(input, this.#runtimeKeys);
    const total = weights === null ? this.#total : weights.reduce((sum, weight) => sum + weight, 0);
    // Weights that runtime has set to nothing leave no choice.
    if (total === 0) return 0;
    let left = header !== null && DECIMAL.test(header) ? Number(BigInt(header) % BigInt(total)) : input.random % total;
    for (let i = 0; i < clusters.length; i++) {
      left -= weights === null ? clusters[i]!.weight : weights[i]!;
      if (left < 0) return i;
    }
    return clusters.length - 1;
  }

  #liveWeights({ runtime }: RouteInput, keys: readonly string[]): number[] {
    return this.#config.clusters.map(({ weight }, i) => keys[i] === "" ? weight : runtime.number(keys[i]!, weight));
  }
}
