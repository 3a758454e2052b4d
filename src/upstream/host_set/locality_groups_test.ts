import assert from "node:assert/strict";
import { groupByLocality } from "./locality_groups.ts";
import { sampleHost, sampleLevel, zone } from "./sample_hosts.ts";

Deno.test("groupByLocality() has the own place first and the others by name", () => {
  const hosts = ["c", "a", "b", "a"].map((name) => sampleHost(name, { locality: zone(name) }));
  const names = (own: string | null) =>
    groupByLocality(hosts, own === null ? null : zone(own)).map(({ place, hosts }) => `${place.zone}${hosts.length}`);
  assert.deepEqual(names(null), ["a2", "b1", "c1"]);
  assert.deepEqual(names("b"), ["b1", "a2", "c1"]);
  assert.deepEqual(names("d"), ["a2", "b1", "c1"]);
});

Deno.test("groupByLocality() joins entries of one place, and the last weight counts", () => {
  const hosts = [1, 8].map((weight) => sampleHost("x", { locality: zone("x", weight) }));
  const [group, ...others] = groupByLocality(hosts, null);
  assert.equal(others.length, 0);
  assert.equal(group!.hosts.length, 2);
  assert.equal(group!.weight, 8);
});

Deno.test("groupByLocality() tells hosts by health", () => {
  const [group] = groupByLocality(sampleLevel(0, { well: 2, sick: 1, degraded: 3, draining: 4 }), null);
  assert.deepEqual(
    [group!.hosts.length, group!.healthy.length, group!.degraded.length, group!.excludedHosts],
    [10, 2, 3, 4],
  );
});
