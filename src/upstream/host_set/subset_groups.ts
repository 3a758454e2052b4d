/**
 * Which subsets there are: for every selector, hosts that have all its keys are told apart by their values (spec/upstream.md
 * 7.14). What a host belongs to is worked out once for each metadata it has.
 */
import { type JsonObject, type JsonValue, LOAD_BALANCER } from "../../config/metadata_config.ts";
import type { SubsetConfig, SubsetSelectorConfig } from "../../config/subset_config.ts";
import { criteriaText } from "../../match/metadata_criteria.ts";
import type { SetHost } from "./set_host.ts";

/** The hosts of one subset. */
export interface SubsetGroup<H> {
  readonly selector: SubsetSelectorConfig;
  readonly hosts: H[];
}

/** All of them, by the text of their keys and values. */
export interface SubsetGroups<H> {
  readonly groups: ReadonlyMap<string, SubsetGroup<H>>;
  /** Hosts that are in no subset because it takes one only. */
  readonly duplicates: number;
}

/** Groups hosts by the selectors of one configuration. */
export class SubsetGrouping<H extends SetHost> {
  readonly #selectors: readonly SubsetSelectorConfig[];
  readonly #listAsAny: boolean;
  readonly #known = new WeakMap<H, Membership>();

  constructor({ selectors, listAsAny }: SubsetConfig) {
    this.#selectors = selectors;
    this.#listAsAny = listAsAny;
  }

  /** Groups hosts, in their order. */
  group(hosts: readonly H[]): SubsetGroups<H> {
    const groups = new Map<string, SubsetGroup<H>>();
    let duplicates = 0;
    for (const host of hosts) {
      const texts = this.#membershipOf(host).bySelector;
      for (let i = 0; i < texts.length; i++) {
        const selector = this.#selectors[i]!;
        for (const text of texts[i]!) {
          const group = groups.get(text);
          if (group === undefined) groups.set(text, { selector, hosts: [host] });
          else if (selector.isSingleHost) duplicates++;
          else group.hosts.push(host);
        }
      }
    }
    return { groups, duplicates };
  }

  #membershipOf(host: H): Membership {
    const values = host.metadata[LOAD_BALANCER] ?? NO_VALUES;
    let known = this.#known.get(host);
    if (known === undefined || known.values !== values) {
      known = { values, bySelector: this.#selectors.map(({ keys }) => textsOf(keys, values, this.#listAsAny)) };
      this.#known.set(host, known);
    }
    return known;
  }
}

interface Membership {
  readonly values: JsonObject;
  /** Texts of the subsets that the host is in. */
  readonly bySelector: readonly (readonly string[])[];
}

const NO_VALUES: JsonObject = {};

/** Whether a host has all `wanted` values. */
export function hasValues({ metadata }: SetHost, wanted: JsonObject, listAsAny: boolean): boolean {
  const values = metadata[LOAD_BALANCER] ?? NO_VALUES;
  return Object.entries(wanted).every(([key, value]) => {
    const text = criteriaText([["", value]]);
    return readingsOf(values[key], listAsAny).some((own) => criteriaText([["", own]]) === text);
  });
}

/** Several where lists stand for their elements. */
function textsOf(keys: readonly string[], values: JsonObject, listAsAny: boolean): string[] {
  let entries: (readonly (readonly [string, JsonValue])[])[] = [[]];
  for (const key of keys) {
    const readings = readingsOf(values[key], listAsAny);
    entries = entries.flatMap((before) => readings.map((value) => [...before, [key, value] as const]));
  }
  return [...new Set(entries.filter((entry) => entry.length > 0).map(criteriaText))];
}

function readingsOf(value: JsonValue | undefined, listAsAny: boolean): readonly JsonValue[] {
  if (value === undefined) return [];
  return listAsAny && Array.isArray(value) ? value as readonly JsonValue[] : [value];
}
