/**
 * Which upgrades a connection manager lets through, CONNECT among them, and what filters they meet (spec/http.md 7). What
 * the route says of a type counts; where it says nothing, what the connection manager says; where nobody says anything,
 * the upgrade is refused.
 */
import type { UpgradeConfig } from "../../config/http_config.ts";
import type { FilterRegistry } from "../../filter/registry.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import { ChainPlan } from "./chain_plan.ts";

/** What a connection manager says of one type. */
interface PlannedUpgrade {
  readonly isEnabled: boolean;
  readonly chain: ChainPlan;
}

export class UpgradePlan {
  readonly #common: ChainPlan;
  readonly #byType = new Map<string, PlannedUpgrade>();

  /** `common`: the chain of those that have none of their own. */
  constructor(
    configs: readonly UpgradeConfig[],
    common: ChainPlan,
    registry: FilterRegistry,
    services: FilterServices,
  ) {
    this.#common = common;
    for (const { type, isEnabled, filters } of configs) {
      const chain = filters.length === 0 ? common : new ChainPlan(filters, registry, services);
      this.#byType.set(type, { isEnabled, chain });
    }
  }

  /** The chain of an upgrade of this type on this route, or null: it is refused. */
  admit(type: string, route: RouteEntry | null): ChainPlan | null {
    const key = type.toLowerCase();
    const planned = this.#byType.get(key);
    const isEnabled = routeSays(route, key) ?? planned?.isEnabled ?? false;
    return isEnabled ? planned?.chain ?? this.#common : null;
  }
}

function routeSays(route: RouteEntry | null, type: string): boolean | undefined {
  if (route === null || route.action.kind !== "route") return undefined;
  return route.action.upgrades.find((upgrade) => upgrade.type === type)?.isEnabled;
}
