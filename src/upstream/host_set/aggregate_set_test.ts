import assert from "node:assert/strict";
import { HealthFlag } from "../../config/host_health.ts";
import { DEFAULT_COMMON_LB } from "../../config/locality_lb_config.ts";
import { NO_PICK_CONTEXT } from "../balance/load_balancer.ts";
import { AggregateSet, type ChildSets } from "./aggregate_set.ts";
import type { OwnHostSet } from "./host_set.ts";
import { PreviousPriorities } from "./previous_priorities.ts";
import { PrioritySet } from "./priority_set.ts";
import {
  countPicks,
  POLICY,
  sampleContext,
  type SampleHost,
  sampleHost,
  sampleLevels,
  sharesOf,
} from "./sample_hosts.ts";

/** Clusters by name, which come and go. */
class Children implements ChildSets<SampleHost> {
  generation = 0;
  readonly #sets = new Map<string, OwnHostSet<SampleHost>>();

  findHosts(name: string): OwnHostSet<SampleHost> | null {
    return this.#sets.get(name) ?? null;
  }

  /** Null: it goes. */
  put(name: string, hosts: readonly SampleHost[] | null): void {
    this.generation++;
    if (hosts === null) this.#sets.delete(name);
    else this.#sets.set(name, new PrioritySet(hosts, POLICY, sampleContext().context));
  }
}

function aggregate(children: Readonly<Record<string, readonly SampleHost[]>>, names = Object.keys(children)) {
  const sets = new Children();
  for (const [name, hosts] of Object.entries(children)) sets.put(name, hosts);
  const { random, runtime } = sampleContext();
  return { sets, set: new AggregateSet(names, sets, { config: DEFAULT_COMMON_LB, random, runtime }) };
}

const named = (name: string, flags = 0) => [sampleHost(name, { flags })];
const SICK = HealthFlag.FAILED_ACTIVE_HC;

Deno.test("AggregateSet goes to the first child while that is well, and fails over", () => {
  const { set, sets } = aggregate({ first: named("first"), second: named("second") });
  assert.deepEqual(countPicks(set, 4), { first: 4 });
  const [host] = named("first", SICK);
  sets.findHosts("first")!.update([host!], POLICY);
  assert.deepEqual(countPicks(set, 4), { second: 4 });
  sets.findHosts("first")!.update([], POLICY);
  assert.deepEqual(countPicks(set, 4), { second: 4 });
  sets.findHosts("first")!.update(named("again"), POLICY);
  assert.deepEqual(countPicks(set, 4), { again: 4 });
});

Deno.test("AggregateSet shares requests over the priorities of all children in order", () => {
  const { set } = aggregate({ a: sampleLevels({ sick: 2 }, { well: 5, sick: 5 }), b: named("b") });
  assert.deepEqual(sharesOf(set), { "p1-well": 70, b: 30 });
});

Deno.test("AggregateSet has any host when all of its children panic", () => {
  const { set } = aggregate({
    a: named("a", SICK),
    b: [...named("b", SICK), ...named("b", SICK), ...named("b", SICK)],
  });
  assert.deepEqual(sharesOf(set), { a: 25, b: 75 });
});

Deno.test("AggregateSet passes over children that are not there until they come", () => {
  const { set, sets } = aggregate({ second: named("second") }, ["first", "second"]);
  assert.deepEqual(countPicks(set, 2), { second: 2 });
  sets.put("first", named("first"));
  assert.deepEqual(countPicks(set, 2), { first: 2 });
  sets.put("first", named("new"));
  assert.deepEqual(countPicks(set, 2), { new: 2 });
  sets.put("first", null);
  sets.put("second", null);
  assert.deepEqual(countPicks(set, 2), { none: 2 });
});

Deno.test("AggregateSet leaves priorities of its children alone that tries have been to", () => {
  const { set } = aggregate({ a: sampleLevels({ well: 1 }, { well: 1 }), b: named("b") });
  const previous = new PreviousPriorities(1), names: string[] = [];
  for (let i = 0; i < 4; i++) {
    const host = set.pick({ ...NO_PICK_CONTEXT, previous })!;
    previous.add(host);
    names.push(host.name);
  }
  assert.deepEqual(names, ["p0-well", "p1-well", "b", "p0-well"]);
});

Deno.test("AggregateSet watches its children no longer once it is closed", () => {
  const { set, sets } = aggregate({ a: named("a") });
  assert.deepEqual(countPicks(set, 1), { a: 1 });
  set.close();
  sets.findHosts("a")!.update(named("b"), POLICY);
});
