/**
 * What global search looks through: the names of everything the process has (spec/console.md 4). Made when it is asked
 * for, a slice at a time, so that very many names hold nobody up.
 */
import { addressText } from "../base/address_text.ts";
import { nextTurn, SLICE_MS } from "../observe/stats/slices.ts";
import {
  fitOf,
  linkOf,
  MAX_NAMES,
  SEARCH_KINDS,
  type SearchAnswer,
  type SearchItem,
  type SearchKind,
  type SearchNames,
} from "./contract/search.ts";
import type { AdminSource } from "./source.ts";

type Named = readonly [kind: SearchKind, name: string, of: string];

/** All names, or their number where there are too many for a console. */
export async function searchNames(source: AdminSource): Promise<SearchNames> {
  const names: SearchNames["names"] = {};
  let total = 0;
  for await (const [kind, name, of] of inSlices(source)) {
    if (++total <= MAX_NAMES) (names[kind] ??= []).push([name, of]);
  }
  const isComplete = total <= MAX_NAMES;
  return { generation: source.generation(), total, is_complete: isComplete, names: isComplete ? names : {} };
}

/** The best of what fits; `limit` at most. */
export async function searchFor(source: AdminSource, query: string, limit: number): Promise<SearchAnswer> {
  const wanted = query.trim().toLowerCase();
  const found: { readonly item: SearchItem; readonly rank: number }[] = [];
  let total = 0;
  for await (const [kind, name, of] of inSlices(source)) {
    const fit = fitOf(name.toLowerCase(), wanted);
    if (fit === null) continue;
    total++;
    const rank = rankOf(fit, kind, name);
    if (found.length === limit && rank >= found[limit - 1]!.rank) continue;
    const at = found.findIndex((other) => other.rank > rank);
    found.splice(at < 0 ? found.length : at, 0, { item: { kind, name, of, link: linkOf(kind, name, of) }, rank });
    found.length = Math.min(found.length, limit);
  }
  return { items: found.map(({ item }) => item), total };
}

/** How well it fits, then what kind it is, then how much more there is to the name. */
function rankOf(fit: number, kind: SearchKind, name: string): number {
  return (fit * SEARCH_KINDS.length + SEARCH_KINDS.indexOf(kind)) * 1000 + Math.min(name.length, 999);
}

async function* inSlices(source: AdminSource): AsyncGenerator<Named> {
  let sliceStart = performance.now(), seen = 0;
  for (const named of namesOf(source)) {
    // The clock is asked now and then: names are cheap.
    if (++seen % 256 === 0 && performance.now() - sliceStart > SLICE_MS) {
      await nextTurn();
      sliceStart = performance.now();
    }
    yield named;
  }
}

function* namesOf(source: AdminSource): Generator<Named> {
  const { clusterSource } = source;
  for (const name of clusterSource.names()) yield ["cluster", name, ""];
  for (const name of clusterSource.names()) {
    for (const { endpoint } of clusterSource.glance(name)?.hosts ?? []) {
      yield ["host", addressText(endpoint.address), name];
    }
  }
  for (const { config } of source.listeners()) {
    yield ["listener", config.name, ""];
    for (const { routeConfig, rds } of config.filterChains.flatMap(({ filters }) => filters)) {
      if (rds !== null) continue;
      yield ["route_config", routeConfig.name, ""];
      for (const { domains } of routeConfig.virtualHosts) {
        for (const domain of domains) yield ["domain", domain, routeConfig.name];
      }
    }
  }
  for (const { name, domains } of source.fetchedRoutes()) {
    yield ["route_config", name, ""];
    for (const domain of domains) yield ["domain", domain, name];
  }
  for (const key of Object.keys(source.runtime()?.merged ?? {})) yield ["runtime_key", key, ""];
  for (const { name } of source.stats.stats()) yield ["stat", name, ""];
}
