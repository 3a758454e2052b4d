import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { countPicks, namedHosts } from "./cases.ts";
import { leastRequest } from "./least_request.ts";
import { roundRobin } from "./round_robin.ts";
import { SlowStart } from "./slow_start.ts";

const MINUTE = 60_000;

function slowStart(
  clock: ManualClock,
  aggression = 1,
  minWeightPercent = 10,
  runtime = new RuntimeValues(),
): SlowStart {
  const config = {
    windowMs: MINUTE,
    aggression: { defaultValue: aggression, runtimeKey: "aggression" },
    minWeightPercent,
  };
  return new SlowStart(config, runtime, clock);
}

Deno.test("SlowStart.share grows with time as the table of the specification has it", () => {
  const seconds = [1, 6, 15, 30, 45, 59, 60, 1000];
  const table: Array<[aggression: number, shares: number[]]> = [
    [1, [.10, .10, .25, .50, .75, .98, 1, 1]],
    [2, [.13, .32, .50, .71, .87, .99, 1, 1]],
    [0.5, [.10, .10, .10, .25, .56, .97, 1, 1]],
    // What makes no sense.
    [0, [.10, .10, .25, .50, .75, .98, 1, 1]],
    [-1, [.10, .10, .25, .50, .75, .98, 1, 1]],
    [NaN, [.10, .10, .25, .50, .75, .98, 1, 1]],
  ];
  for (const [aggression, shares] of table) {
    const clock = new ManualClock(), [host] = namedHosts(1);
    host!.warmSinceMs = clock.wallMs();
    const start = slowStart(clock, aggression);
    for (const [index, second] of seconds.entries()) {
      clock.nowMs = second * 1000;
      assert.equal(Math.round(start.share(host!) * 100) / 100, shares[index], `${aggression} after ${second} s`);
    }
  }
});

Deno.test("SlowStart.share is never less than a millisecond's, nor than the least share", () => {
  const clock = new ManualClock(), [host] = namedHosts(1);
  host!.warmSinceMs = clock.wallMs();
  assert.equal(slowStart(clock, 1, 0).share(host!), 1 / MINUTE);
  assert.equal(slowStart(clock, 1, 100).share(host!), 1);
});

Deno.test("SlowStart asks runtime for its aggression each time", () => {
  const clock = new ManualClock(), [host] = namedHosts(1), runtime = new RuntimeValues({ aggression: 2 });
  host!.warmSinceMs = clock.wallMs();
  clock.nowMs = 15_000;
  const start = slowStart(clock, 1, 10, runtime);
  assert.equal(start.share(host!), 0.5);
  runtime.replace({});
  assert.equal(start.share(host!), 0.25);
});

const policies = {
  "roundRobin()": roundRobin,
  "leastRequest()": (hosts: ReturnType<typeof namedHosts>, random: Random, slowStart: SlowStart | null = null) =>
    leastRequest(hosts, random, { choiceCount: 2, bias: 1, slowStart }),
};

for (const [name, make] of Object.entries(policies)) {
  Deno.test(`${name} gives a new host more and more`, () => {
    const clock = new ManualClock(), hosts = namedHosts(1, 1, 1);
    for (const host of hosts) host.warmSinceMs = clock.wallMs() - MINUTE;
    hosts[2]!.warmSinceMs = clock.wallMs();
    const balancer = make(hosts, new Random(2), slowStart(clock));
    for (const [second, share] of [[0, 0.1], [15, 0.25], [45, 0.75]] as const) {
      clock.nowMs = second * 1000;
      // One round of the old deadlines.
      countPicks(balancer, 300);
      const picks = countPicks(balancer, 10_000), expected = 10_000 * share / (2 + share);
      assert.ok(Math.abs(picks["c"]! - expected) < 15, `${picks["c"]} picks after ${second} s, ${expected} expected`);
      assert.ok(Math.abs(picks["a"]! - picks["b"]!) <= 2);
    }
    clock.nowMs = MINUTE;
    const { a, b, c } = countPicks(balancer, 9_000) as { a: number; b: number; c: number };
    assert.ok([a, b, c].every((count) => Math.abs(count - 3_000) < 200), `${a} ${b} ${c}`);
  });

  Deno.test(`${name} shows nothing of it where all hosts are new`, () => {
    const clock = new ManualClock(), hosts = namedHosts(1, 1, 1, 1);
    for (const host of hosts) host.warmSinceMs = clock.wallMs();
    const picks = countPicks(make(hosts, new Random(2), slowStart(clock)), 4_000);
    for (const { name } of hosts) assert.ok(Math.abs(picks[name]! - 1_000) <= 1, `${name}: ${picks[name]}`);
  });
}

Deno.test("roundRobin() of a set that was warming goes round again when it is warm", () => {
  const clock = new ManualClock(), hosts = namedHosts(1, 1, 1);
  hosts[1]!.warmSinceMs = clock.wallMs();
  const balancer = roundRobin(hosts, new Random(2), slowStart(clock));
  countPicks(balancer, 50);
  clock.nowMs = MINUTE;
  assert.deepEqual(countPicks(balancer, 3_000), { a: 1000, b: 1000, c: 1000 });
});
