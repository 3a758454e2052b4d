import assert from "node:assert/strict";
import { HealthFlag } from "../../config/host_health.ts";
import { DEFAULT_COMMON_LB, DEFAULT_LOCALITY_LB } from "../../config/locality_lb_config.ts";
import { NO_PICK_CONTEXT, type PickContext } from "../balance/load_balancer.ts";
import { PreviousPriorities } from "./previous_priorities.ts";
import { PrioritySet } from "./priority_set.ts";
import {
  countPicks,
  POLICY,
  sampleContext,
  sampleHost,
  sampleLevel,
  sampleLevels,
  sharesOf,
  zone,
} from "./sample_hosts.ts";

const CALM = { ...DEFAULT_COMMON_LB, healthyPanicThreshold: 0 };
const WEIGHTED = { ...DEFAULT_COMMON_LB, locality: { kind: "weighted" } } as const;

/** Whether shares are those wanted, give or take one percent. */
function assertShares(found: Record<string, number>, wanted: Record<string, number>): void {
  for (const name of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    const difference = Math.abs((found[name] ?? 0) - (wanted[name] ?? 0));
    assert.ok(difference <= 1, `${name}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
  }
}

Deno.test("PrioritySet of well hosts asks one balancer, made at the first pick", () => {
  const { context, made } = sampleContext(), hosts = sampleLevels({ well: 3 }, { well: 2 });
  const set = new PrioritySet(hosts, POLICY, context);
  assert.equal(made.length, 0);
  assert.deepEqual(countPicks(set, 9), { "p0-well": 9 });
  assert.deepEqual(made, [hosts.slice(0, 3)]);
});

Deno.test("PrioritySet of no hosts has none, and counts its panic", () => {
  const { context, stats } = sampleContext();
  assert.deepEqual(countPicks(new PrioritySet([], POLICY, context), 2), { none: 2 });
  assert.equal(stats.healthyPanic.value, 2);
});

Deno.test("PrioritySet gives healthy and degraded hosts of each priority their shares", () => {
  const { context } = sampleContext();
  const levels = [{ well: 2, degraded: 3, sick: 5 }, { well: 1, degraded: 2, sick: 7 }];
  assertShares(sharesOf(new PrioritySet(sampleLevels(...levels), POLICY, context)), {
    "p0-well": 28,
    "p1-well": 14,
    "p0-degraded": 42,
    "p1-degraded": 16,
  });
  assertShares(sharesOf(new PrioritySet(sampleLevels({ well: 5, sick: 5 }, { well: 10 }), POLICY, context)), {
    "p0-well": 70,
    "p1-well": 30,
  });
});

Deno.test("PrioritySet takes any host of a priority that panics, and counts it", () => {
  const { context, stats } = sampleContext();
  const set = new PrioritySet(sampleLevels({ well: 1, sick: 2, draining: 1 }), POLICY, context);
  assert.deepEqual(countPicks(set, 8), { "p0-well": 2, "p0-sick": 4, "p0-draining": 2 });
  assert.equal(stats.healthyPanic.value, 8);
});

Deno.test("PrioritySet has no host where nobody is well and nothing may panic", () => {
  const { context, stats } = sampleContext({ config: CALM });
  assert.deepEqual(countPicks(new PrioritySet(sampleLevels({ sick: 2 }), POLICY, context), 2), { none: 2 });
  assert.equal(stats.healthyPanic.value, 0);
});

Deno.test("PrioritySet has no host for a panic that shall fail", () => {
  const config = { ...DEFAULT_COMMON_LB, locality: { ...DEFAULT_LOCALITY_LB, failTrafficOnPanic: true } };
  const { context, stats } = sampleContext({ config });
  assert.deepEqual(countPicks(new PrioritySet(sampleLevels({ sick: 2 }), POLICY, context), 2), { none: 2 });
  assert.equal(stats.healthyPanic.value, 2);
});

Deno.test("PrioritySet follows the panic threshold of runtime at once", () => {
  const { context, runtime } = sampleContext();
  const set = new PrioritySet(sampleLevels({ well: 1, sick: 3 }), POLICY, context);
  assert.deepEqual(countPicks(set, 4), { "p0-well": 1, "p0-sick": 3 });
  runtime.replace({ "upstream.healthy_panic_threshold": 20 });
  assert.deepEqual(countPicks(set, 4), { "p0-well": 4 });
  runtime.replace({ "upstream.healthy_panic_threshold": 26 });
  assert.deepEqual(countPicks(set, 4), { "p0-well": 1, "p0-sick": 3 });
});

Deno.test("PrioritySet takes changed health, weights, hosts and policies, and tells who watches", () => {
  const { context } = sampleContext({ config: CALM }), hosts = sampleLevels({ well: 2 }, { well: 1 });
  const set = new PrioritySet(hosts, POLICY, context);
  let updates = 0;
  const unwatch = set.watch(() => updates++);
  assert.deepEqual(countPicks(set, 4), { "p0-well": 4 });
  hosts[0]!.flags = HealthFlag.FAILED_ACTIVE_HC;
  hosts[1]!.flags = HealthFlag.FAILED_ACTIVE_HC;
  set.update(hosts, POLICY);
  assert.deepEqual(countPicks(set, 4), { "p1-well": 4 });
  set.update(hosts.slice(0, 2), POLICY);
  assert.deepEqual(countPicks(set, 4), { none: 4 });
  hosts[0]!.flags = 0;
  set.update(hosts, { ...POLICY, overprovisioningFactor: 200 });
  assert.deepEqual(countPicks(set, 4), { "p0-well": 4 });
  assert.equal(updates, 3);
  unwatch();
  set.update([], POLICY);
  assert.equal(updates, 3);
});

Deno.test("PrioritySet keeps the balancers of priorities that are as they were", () => {
  const { context, made } = sampleContext({ config: CALM });
  const hosts = sampleLevels({ well: 1, sick: 1 }, { well: 2 }), [first] = hosts;
  const set = new PrioritySet(hosts, POLICY, context);
  countPicks(set, 200);
  assert.equal(made.length, 2);
  first!.weight = 5;
  set.update(hosts, POLICY);
  countPicks(set, 200);
  assert.equal(made.length, 3);
  set.update([...hosts], { ...POLICY });
  countPicks(set, 200);
  assert.equal(made.length, 3);
});

Deno.test("PrioritySet chooses the priority by the hash where the policy hashes, and healthy hosts alone", () => {
  const { context } = sampleContext({ usesHash: true });
  const set = new PrioritySet(sampleLevels({ well: 5, sick: 5 }, { well: 10 }), POLICY, context);
  const priorityOf = (high: number, low: number) =>
    set.pick({ ...NO_PICK_CONTEXT, hasHash: true, hashHigh: high, hashLow: low })!.priority;
  for (let i = 0; i < 500; i++) {
    const high = (i * 2_654_435_761) % 2 ** 32, low = (i * 40_503 + 7) % 2 ** 32;
    const percent = Number(((BigInt(high) << 32n) | BigInt(low)) % 100n);
    assert.equal(priorityOf(high, low), percent < 70 ? 0 : 1);
  }
  const degraded = new PrioritySet(sampleLevels({ degraded: 2 }), POLICY, context);
  assert.deepEqual(countPicks(degraded, 2), { none: 2 });
});

Deno.test("PrioritySet gives hashing policies the shares of hosts, localities counted in", () => {
  const shares: (readonly number[] | null)[] = [];
  const { context } = sampleContext({
    usesHash: true,
    config: WEIGHTED,
    makeBalancer: (hosts, given) => {
      shares.push(given);
      return { pick: () => hosts[0] ?? null };
    },
  });
  const hosts = [
    sampleHost("a", { weight: 1, locality: zone("a", 1) }),
    sampleHost("b", { weight: 3, locality: zone("a", 1) }),
    sampleHost("c", { locality: zone("c", 3) }),
    sampleHost("d", { locality: zone("d", 0) }),
  ];
  new PrioritySet(hosts, POLICY, context).pick(NO_PICK_CONTEXT);
  assert.deepEqual(shares, [[1 / 16, 3 / 16, 3 / 4]]);
});

/** The worked examples of spec/upstream.md 7.5: X of weight 1 is well, Y weighs 2. */
for (const [well, sick, x, y] of [[5, 5, 41.7, 58.3], [72, 28, 33.3, 66.7]] as const) {
  Deno.test(`PrioritySet gives localities ${x} and ${y} percent where the second has ${well} of ${well + sick}`, () => {
    const { context } = sampleContext({ config: WEIGHTED });
    const set = new PrioritySet(
      [
        sampleHost("x", { locality: zone("x", 1) }),
        ...sampleLevel(0, { well, sick }, { locality: zone("y", 2) }),
      ],
      POLICY,
      context,
    );
    const picks = countPicks(set, 24_000);
    assert.ok(Math.abs(picks["x"]! / 240 - x) < 0.1, JSON.stringify(picks));
    assert.ok(Math.abs(picks["p0-well"]! / 240 - y) < 0.1, JSON.stringify(picks));
  });
}

Deno.test("PrioritySet leaves localities out of account in panic, and where none weighs anything", () => {
  const { context } = sampleContext({ config: WEIGHTED });
  const at = (name: string, weight: number, flags: number) => sampleHost(name, { locality: zone(name, weight), flags });
  const sick = HealthFlag.FAILED_EDS_HEALTH;
  const panicking = new PrioritySet([at("x", 1, sick), at("y", 9, sick)], POLICY, context);
  assert.deepEqual(countPicks(panicking, 4), { x: 2, y: 2 });
  const weightless = new PrioritySet([at("x", 0, 0), at("y", 0, 0)], POLICY, context);
  assert.deepEqual(countPicks(weightless, 4), { x: 2, y: 2 });
  const one = new PrioritySet([at("x", 0, 0), at("y", 1, 0)], POLICY, context);
  assert.deepEqual(countPicks(one, 4), { y: 4 });
});

Deno.test("PrioritySet uses the weights of localities for degraded hosts, too", () => {
  const { context } = sampleContext({ config: WEIGHTED });
  const degraded = (name: string, weight: number) =>
    sampleHost(name, { locality: zone(name, weight), flags: HealthFlag.DEGRADED_ACTIVE_HC });
  const set = new PrioritySet([degraded("x", 1), degraded("y", 3)], POLICY, context);
  assert.deepEqual(countPicks(set, 400), { x: 100, y: 300 });
});

Deno.test("PrioritySet goes elsewhere for a try that leaves priorities alone", () => {
  const { context } = sampleContext(), previous = new PreviousPriorities(1);
  const set = new PrioritySet(sampleLevels({ well: 1 }, { well: 1 }, { well: 1 }), POLICY, context);
  const priorities: number[] = [];
  for (let i = 0; i < 4; i++) {
    const host = set.pick({ ...NO_PICK_CONTEXT, previous })!;
    previous.add(host);
    priorities.push(host.priority);
  }
  assert.deepEqual(priorities, [0, 1, 2, 0]);
});

const OVERRIDES = [
  { address: "a:80", finds: "a" },
  { address: "degraded:80", finds: "degraded" },
  { address: "sick:80", finds: null },
  { address: "elsewhere:80", finds: null },
] as const;

for (const { address, finds } of OVERRIDES) {
  Deno.test(`PrioritySet ${finds === null ? "does not take" : "takes"} ${address} for a request of that host`, () => {
    const { context } = sampleContext();
    const hosts = [
      sampleHost("a"),
      sampleHost("b"),
      sampleHost("degraded", { priority: 1, flags: HealthFlag.DEGRADED_EDS_HEALTH, healthStatus: "DEGRADED" }),
      sampleHost("sick", { flags: HealthFlag.FAILED_OUTLIER_CHECK }),
    ];
    const set = new PrioritySet(hosts, POLICY, context);
    const asking = (isStrict: boolean): PickContext => ({ ...NO_PICK_CONTEXT, override: { address, isStrict } });
    assert.equal(set.pick(asking(true))?.name ?? null, finds);
    assert.ok(finds === null ? "ab".includes(set.pick(asking(false))!.name) : set.pick(asking(false))!.name === finds);
  });
}

Deno.test("PrioritySet takes only hosts of the statuses that may be overridden to", () => {
  const config = { ...DEFAULT_COMMON_LB, overrideHostStatuses: ["DRAINING"] } as const;
  const { context } = sampleContext({ config });
  const draining = { flags: HealthFlag.EDS_STATUS_DRAINING, healthStatus: "DRAINING" } as const;
  const set = new PrioritySet([sampleHost("a"), sampleHost("old", draining)], POLICY, context);
  const find = (address: string) => set.pick({ ...NO_PICK_CONTEXT, override: { address, isStrict: true } })?.name;
  assert.equal(find("old:80"), "old");
  assert.equal(find("a:80"), undefined);
});
