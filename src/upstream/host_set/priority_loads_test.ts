import assert from "node:assert/strict";
import { type AssignmentPolicy, DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import { availabilityOf, type LevelCount, panicsAt, priorityLoads } from "./priority_loads.ts";

interface Sizes {
  readonly hosts: number;
  readonly healthy?: number;
  readonly degraded?: number;
  readonly excluded?: number;
  /** Of all, healthy, degraded and excluded ones; the numbers of hosts unless given. */
  readonly weights?: readonly [number, number, number, number];
}

function level(sizes: Sizes, policy: Partial<AssignmentPolicy> = {}): LevelCount {
  const { hosts, healthy = 0, degraded = 0, excluded = 0 } = sizes;
  const [weight, healthyWeight, degradedWeight, excludedWeight] = sizes.weights ?? [hosts, healthy, degraded, excluded];
  return {
    policy: { ...DEFAULT_ASSIGNMENT_POLICY, ...policy },
    hosts,
    excludedHosts: excluded,
    healthyHosts: healthy,
    degradedHosts: degraded,
    weight,
    excludedWeight,
    healthyWeight,
    degradedWeight,
  };
}

/** `2+3/10`: 2 healthy and 3 degraded of 10. */
function parsed(text: string): LevelCount {
  const [usable, hosts] = text.split("/"), [healthy, degraded = "0"] = usable!.split("+");
  return level({ hosts: Number(hosts), healthy: Number(healthy), degraded: Number(degraded) });
}

const none = (levels: readonly string[]) => levels.map(() => 0);

/** The worked table of spec/upstream.md 7.2, row by row; threshold 50 unless the row says otherwise. */
const TABLE: readonly {
  readonly levels: readonly string[];
  readonly threshold?: number;
  readonly available?: readonly number[];
  readonly availableDegraded?: readonly number[];
  readonly healthy: readonly number[];
  readonly degraded?: readonly number[];
  readonly panics?: readonly boolean[];
}[] = [
  { levels: ["10/10", "10/10"], available: [100, 100], healthy: [100, 0] },
  { levels: ["8/10", "10/10"], available: [100, 100], healthy: [100, 0] },
  { levels: ["72/100", "100/100"], available: [100, 100], healthy: [100, 0] },
  { levels: ["71/100", "100/100"], available: [99, 100], healthy: [99, 1] },
  { levels: ["5/10", "10/10"], available: [70, 100], healthy: [70, 30] },
  { levels: ["25/100", "100/100"], available: [35, 100], healthy: [35, 65] },
  { levels: ["0/10", "10/10"], available: [0, 100], healthy: [0, 100] },
  { levels: ["25/100", "25/100"], available: [35, 35], healthy: [50, 50], panics: [true, true] },
  {
    levels: ["5+3/10", "10/10"],
    available: [70, 100],
    availableDegraded: [42, 0],
    healthy: [70, 30],
    degraded: [0, 0],
  },
  {
    levels: ["2+3/10", "1+2/10"],
    available: [28, 14],
    availableDegraded: [42, 28],
    healthy: [28, 14],
    degraded: [42, 16],
  },
  {
    levels: ["0+5/10", "0/10"],
    available: [0, 0],
    availableDegraded: [70, 0],
    healthy: [0, 0],
    degraded: [100, 0],
    panics: [false, true],
  },
  { levels: ["1/10", "2/10", "1/10"], threshold: 0, available: [14, 28, 14], healthy: [25, 50, 25] },
  // Beyond the table: rounding leaves one over, and it goes to the first that is healthy, or else degraded.
  { levels: ["0/3", "1/7", "1/6"], threshold: 0, available: [0, 20, 23], healthy: [0, 47, 53] },
  { levels: ["0+1/7", "0+1/6", "0+1/9"], threshold: 0, healthy: [0, 0, 0], degraded: [36, 39, 25] },
  // Nobody is usable and nothing may panic.
  { levels: ["0/4", "0/4"], threshold: 0, healthy: [100, 0] },
  // All panic: hosts count, and what is over goes to the first that has any.
  { levels: ["0/0", "0/1", "0/2"], healthy: [0, 34, 66], panics: [true, true, true] },
  { levels: ["0/0", "0/0"], healthy: [100, 0], panics: [true, true] },
];

for (const { levels, threshold = 50, available, availableDegraded, healthy, degraded, panics } of TABLE) {
  Deno.test(`priorityLoads() of ${levels.join(" and ")}, threshold ${threshold}, are ${healthy} and ${degraded ?? 0}`, () => {
    const counts = levels.map(parsed);
    if (available !== undefined) {
      assert.deepEqual(availabilityOf(counts), { healthy: available, degraded: availableDegraded ?? none(levels) });
    }
    const loads = priorityLoads(counts, threshold);
    assert.deepEqual(loads, {
      healthy,
      degraded: degraded ?? none(levels),
      panics: panics ?? levels.map(() => false),
    });
  });
}

Deno.test("priorityLoads() always make 100 together", () => {
  for (let a = 0; a <= 7; a++) {
    for (let b = 0; b <= 7 - a; b++) {
      for (let c = 0; c <= 5; c++) {
        for (const threshold of [0, 50, 100]) {
          const levels = [level({ hosts: 7, healthy: a, degraded: b }), level({ hosts: 5, healthy: c })];
          const { healthy, degraded } = priorityLoads(levels, threshold);
          const total = [...healthy, ...degraded].reduce((sum, share) => sum + share, 0);
          assert.equal(total, 100, `${a}+${b}/7 ${c}/5 threshold ${threshold}`);
        }
      }
    }
  }
});

Deno.test("no priority panics while all together have enough", () => {
  const loads = priorityLoads([level({ hosts: 10, healthy: 1 }), level({ hosts: 10, healthy: 10 })], 50);
  assert.deepEqual(loads.panics, [false, false]);
  assert.deepEqual(loads.healthy, [14, 86]);
});

Deno.test("one priority panics and the other does not", () => {
  const loads = priorityLoads([level({ hosts: 10, healthy: 1 }), level({ hosts: 10, healthy: 5 })], 50);
  assert.deepEqual(loads.panics, [true, false]);
  assert.deepEqual(loads.healthy, [17, 83]);
});

const PANICS: readonly (readonly [Sizes, number, boolean])[] = [
  [{ hosts: 4, healthy: 2 }, 50, false],
  [{ hosts: 4, healthy: 1 }, 50, true],
  [{ hosts: 4, healthy: 1, degraded: 1 }, 50, false],
  [{ hosts: 0 }, 50, true],
  [{ hosts: 0 }, 0, false],
  [{ hosts: 4 }, 0, false],
  // Those that are left out count on neither side.
  [{ hosts: 4, healthy: 1, excluded: 2 }, 50, false],
  [{ hosts: 3, healthy: 3 }, 100, false],
  [{ hosts: 3, healthy: 2 }, 100, true],
  [{ hosts: 3, healthy: 3 }, 200, false],
];

for (const [sizes, threshold, expected] of PANICS) {
  Deno.test(`${JSON.stringify(sizes)} ${expected ? "panics" : "does not panic"} below ${threshold} percent`, () => {
    assert.equal(panicsAt(level(sizes), threshold), expected);
  });
}

Deno.test("availability counts without those that are left out, by weight where weights count, by the factor given", () => {
  const sizes: Sizes = { hosts: 6, healthy: 2, degraded: 1, excluded: 2, weights: [20, 5, 2, 10] };
  assert.deepEqual(availabilityOf([level(sizes)]), { healthy: [70], degraded: [35] });
  assert.deepEqual(availabilityOf([level(sizes, { weightedPriorityHealth: true })]), { healthy: [70], degraded: [28] });
  assert.deepEqual(availabilityOf([level(sizes, { overprovisioningFactor: 100 })]), { healthy: [50], degraded: [25] });
  const excluded: Sizes = { hosts: 2, excluded: 2, weights: [2, 0, 0, 2] };
  assert.deepEqual(availabilityOf([level(excluded, { weightedPriorityHealth: true })]), {
    healthy: [0],
    degraded: [0],
  });
});
