/**
 * Zone aware routing (spec/upstream.md 7.6): requests stay in the own zone as far as its share of the cluster's hosts reaches
 * for its share of the proxies, and the rest goes where there is more than the proxies there need. Shares are whole
 * ten-thousandths, as in Envoy.
 *
 * Worked example, proxies 40/40/20 %, hosts 25/50/25 %, own zone the first: 2500 / 4000 = 62.5 % stay; of the others
 * the second zone takes 10 parts, the third 5.
 */
import type { Random } from "../../base/random.ts";
import type { ZoneAwareConfig } from "../../config/locality_lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { HostSetStats } from "./host_set_stats.ts";
import type { LocalityGroup } from "./locality_groups.ts";
import type { SetHost } from "./set_host.ts";

const WHOLE = 10_000;

/** One division of requests over zones, good until hosts or proxies change. */
export class ZoneRouting {
  readonly #stats: HostSetStats;
  readonly #random: Random;
  /** Of ten thousand requests so many stay; null = all. */
  readonly #stays: number | null;
  /** What each zone has to spare, added up from the first on. */
  readonly #residuals: readonly number[];

  private constructor(stats: HostSetStats, random: Random, stays: number | null, residuals: readonly number[]) {
    this.#stats = stats;
    this.#random = random;
    this.#stays = stays;
    this.#residuals = residuals;
  }

  /** Null: requests are not routed by zone. `upstream` and `local` have the own zone first if they have it at all. */
  static of<U extends SetHost, L extends SetHost>(
    { upstream, local, ownKey }: {
      readonly upstream: readonly LocalityGroup<U>[];
      readonly local: readonly LocalityGroup<L>[];
      readonly ownKey: string;
    },
    config: ZoneAwareConfig,
    { stats, random, runtime }: {
      readonly stats: HostSetStats;
      readonly random: Random;
      readonly runtime: RuntimeValues;
    },
  ): ZoneRouting | null {
    stats.recalculateZoneStructures.inc();
    if (upstream.length < 2 || local.length < 2) return null;
    if (local[0]!.key !== ownKey) {
      stats.localClusterNotOk.inc();
      return null;
    }
    const healthy = upstream.reduce((sum, group) => sum + group.healthy.length, 0);
    if (healthy < runtime.number("upstream.zone_routing.min_cluster_size", config.minClusterSize)) {
      stats.zoneClusterTooSmall.inc();
      return null;
    }
    const shares = sharesByZone(upstream, local, config.basis);
    const own = upstream[0]!.key === ownKey ? shares[0]! : null;
    const all = own !== null &&
      (own.upstream > 0 && own.upstream >= own.local || forcesOwn(upstream[0]!, config, runtime));
    if (all) return new ZoneRouting(stats, random, null, []);
    const stays = own === null || own.local === 0 ? 0 : Math.floor(own.upstream * WHOLE / own.local);
    let sum = 0;
    const residuals = shares.map((share, zone) => {
      if (zone > 0 || own === null) sum += Math.max(0, share.upstream - share.local);
      return sum;
    });
    return new ZoneRouting(stats, random, stays, residuals);
  }

  /** The place, among the zones of the cluster, that a request goes to. */
  choose(): number {
    const stats = this.#stats, random = this.#random, residuals = this.#residuals;
    if (this.#stays === null) {
      stats.zoneRoutingAllDirectly.inc();
      return 0;
    }
    if (random.below(WHOLE) < this.#stays) {
      stats.zoneRoutingSampled.inc();
      return 0;
    }
    stats.zoneRoutingCrossZone.inc();
    const total = residuals.at(-1)!;
    if (total === 0) {
      stats.zoneNoCapacityLeft.inc();
      return random.below(residuals.length);
    }
    const at = random.below(total);
    return residuals.findIndex((sum) => at < sum);
  }
}

interface ZoneShares {
  readonly upstream: number;
  readonly local: number;
}

/** Of each zone of the cluster. */
function sharesByZone<U extends SetHost, L extends SetHost>(
  upstream: readonly LocalityGroup<U>[],
  local: readonly LocalityGroup<L>[],
  basis: ZoneAwareConfig["basis"],
): ZoneShares[] {
  const sizeOf = ({ healthy }: LocalityGroup<SetHost>) =>
    basis === "HEALTHY_HOSTS_NUM" ? healthy.length : healthy.reduce((sum, { weight }) => sum + weight, 0);
  const totalOf = (groups: readonly LocalityGroup<SetHost>[]) => groups.reduce((sum, group) => sum + sizeOf(group), 0);
  const upstreamTotal = totalOf(upstream), localTotal = totalOf(local);
  const localSizes = new Map(local.map((group) => [group.key, sizeOf(group)]));
  const share = (size: number, total: number) => total === 0 ? 0 : Math.floor(WHOLE * size / total);
  return upstream.map((group) => ({
    upstream: share(sizeOf(group), upstreamTotal),
    local: share(localSizes.get(group.key) ?? 0, localTotal),
  }));
}

/** The own zone is big enough to be all there is. */
function forcesOwn<H extends SetHost>(own: LocalityGroup<H>, config: ZoneAwareConfig, runtime: RuntimeValues): boolean {
  const { forceLocalZoneMinSize } = config;
  if (forceLocalZoneMinSize === null) return false;
  return own.healthy.length >= runtime.number("upstream.zone_routing.force_local_zone.min_size", forceLocalZoneMinSize);
}
