/**
 * The hosts of one priority by locality: the own one first, the others in the order of their names (region, zone, sub-zone),
 * so that all proxies of a fleet see them in one order.
 */
import type { LocalityConfig } from "../../config/cluster_config.ts";
import { coarseHealth, isExcluded } from "../../config/host_health.ts";
import type { SetHost } from "./set_host.ts";

/** A place: two with the same names are one. */
export type Place = Pick<LocalityConfig, "region" | "zone" | "subZone">;

/** The hosts at one place. */
export interface LocalityGroup<H> {
  readonly key: string;
  readonly place: Place;
  /** Of several weights that are given for one place, the last. */
  readonly weight: number;
  readonly hosts: readonly H[];
  readonly healthy: readonly H[];
  readonly degraded: readonly H[];
  readonly excludedHosts: number;
}

/** No two places have the same. */
export function placeKey({ region, zone, subZone }: Place): string {
  return `${region}\0${zone}\0${subZone}`;
}

/** Groups hosts; `own` is the place of this proxy, if it is known. */
export function groupByLocality<H extends SetHost>(hosts: readonly H[], own: Place | null): LocalityGroup<H>[] {
  const members = new Map<string, H[]>();
  // Hosts of one entry of the assignment share its locality: a key each would be many strings.
  const known = new Map<LocalityConfig, H[]>();
  for (const host of hosts) {
    let group = known.get(host.locality);
    if (group === undefined) {
      const key = placeKey(host.locality);
      group = members.get(key) ?? [];
      members.set(key, group);
      known.set(host.locality, group);
    }
    group.push(host);
  }
  const ownKey = own === null ? null : placeKey(own);
  const keys = [...members.keys()].sort((a, b) => a === ownKey ? -1 : b === ownKey ? 1 : a < b ? -1 : 1);
  return keys.map((key) => groupOf(key, members.get(key)!));
}

function groupOf<H extends SetHost>(key: string, hosts: readonly H[]): LocalityGroup<H> {
  const { locality } = hosts.at(-1)!;
  return {
    key,
    place: locality,
    weight: locality.weight,
    hosts,
    healthy: hosts.filter(({ flags }) => coarseHealth(flags) === "healthy"),
    degraded: hosts.filter(({ flags }) => coarseHealth(flags) === "degraded"),
    excludedHosts: hosts.filter(({ flags }) => isExcluded(flags)).length,
  };
}
