import assert from "node:assert/strict";
import { ManualClock } from "../base/clock.ts";
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import { DEFAULT_CIRCUIT_BREAKERS } from "../config/schema/circuit_breakers.ts";
import { LiveLimits } from "../match/live_limits.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import { StatStore } from "../observe/stats/store.ts";
import { EventLoop } from "../transport/event_loop.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { BreakerStats } from "./cluster_stats.ts";
import { LimitPriority, SharedLimits } from "./shared_limits.ts";

/** The breaker of one priority on each of two workers, and its gauges there. */
function workers(config: Partial<CircuitBreakerLimits>, runtime = new RuntimeValues()) {
  const memory = SharedLimits.newPage(2);
  const clock = new ManualClock();
  const loop = new EventLoop({
    clock,
    alarm: { wakeIn() {}, silence() {} },
    onBug: (error) => assert.fail(String(error)),
  });
  const breakers = [0, 1].map((worker) => {
    const shared = new SharedLimits(2);
    shared.usePages([memory]);
    const scope = new StatStore(() => {}).scope("web"), stats = new BreakerStats(scope, scope);
    const limits = new LiveLimits({ ...DEFAULT_CIRCUIT_BREAKERS.default, ...config }, "web", "default", runtime);
    const breaker = new CircuitBreaker(limits, shared.cluster(3, worker), LimitPriority.DEFAULT, stats, loop);
    return { breaker, stats };
  });
  const advance = (byMs: number) => {
    clock.advance(byMs);
    loop.tick();
  };
  return Object.assign(breakers, { loop, advance });
}

type Gauges = "cxPoolOpen" | "rqPendingOpen" | "rqOpen" | "rqRetryOpen";

/** What may be acquired, with the limit and the gauge that belong to it. */
const KINDS: readonly {
  readonly limit: keyof CircuitBreakerLimits;
  readonly key: string;
  readonly gauge: Gauges;
  readonly acquire: (breaker: CircuitBreaker) => boolean;
  readonly release: (breaker: CircuitBreaker) => void;
}[] = [
  {
    limit: "maxConnectionPools",
    key: "max_connection_pools",
    gauge: "cxPoolOpen",
    acquire: (breaker) => breaker.acquirePool(),
    release: (breaker) => breaker.releasePool(),
  },
  {
    limit: "maxPendingRequests",
    key: "max_pending_requests",
    gauge: "rqPendingOpen",
    acquire: (breaker) => breaker.acquirePending(),
    release: (breaker) => breaker.releasePending(),
  },
  {
    limit: "maxRequests",
    key: "max_requests",
    gauge: "rqOpen",
    acquire: (breaker) => breaker.acquireRequest(),
    release: (breaker) => breaker.releaseRequest(),
  },
  {
    limit: "maxRetries",
    key: "max_retries",
    gauge: "rqRetryOpen",
    acquire: (breaker) => breaker.acquireRetry(),
    release: (breaker) => breaker.releaseRetry(),
  },
];

Deno.test("CircuitBreaker refuses what is beyond a limit of the whole process, and says when it is reached", () => {
  for (const { limit, gauge, acquire, release } of KINDS) {
    const [one, two] = workers({ [limit]: 2 });
    assert.ok(acquire(one!.breaker), limit);
    assert.equal(one!.stats[gauge].value, 0);
    assert.ok(acquire(two!.breaker));
    assert.equal(two!.stats[gauge].value, 1);
    assert.equal(acquire(one!.breaker), false);
    release(two!.breaker);
    assert.equal(two!.stats[gauge].value, 0);
    assert.ok(acquire(one!.breaker));
    assert.equal(one!.stats[gauge].value, 1);
    assert.equal(acquire(two!.breaker), false);
    release(one!.breaker);
    release(one!.breaker);
    assert.deepEqual([one!.stats[gauge].value, two!.stats[gauge].value], [0, 0]);
  }
});

Deno.test("CircuitBreaker holds limits of 0, and those that runtime sets", () => {
  for (const { limit, key, gauge, acquire } of KINDS) {
    const runtime = new RuntimeValues(), [one] = workers({ [limit]: 0 }, runtime);
    assert.equal(acquire(one!.breaker), false);
    // As in Envoy, where the gauge follows what is counted.
    assert.equal(one!.stats[gauge].value, 0);
    runtime.replace({ [`circuit_breakers.web.default.${key}`]: 1 });
    assert.ok(acquire(one!.breaker));
    assert.equal(acquire(one!.breaker), false);
  }
});

Deno.test("CircuitBreaker counts connections whatever the limit, and says when it is reached", () => {
  const [one, two] = workers({ maxConnections: 2, maxConnectionsPerHost: 7 });
  one!.breaker.addConnection();
  assert.equal(two!.breaker.areConnectionsUsedUp, false);
  two!.breaker.addConnection();
  two!.breaker.addConnection();
  assert.deepEqual([one!.breaker.areConnectionsUsedUp, two!.stats.cxOpen.value], [true, 1]);
  two!.breaker.releaseConnection();
  assert.equal(two!.stats.cxOpen.value, 1);
  two!.breaker.releaseConnection();
  assert.deepEqual([one!.breaker.areConnectionsUsedUp, two!.stats.cxOpen.value], [false, 0]);
  assert.equal(one!.breaker.maxConnectionsPerHost, 7);
});

Deno.test("CircuitBreaker takes back what it said of a limit when other workers have made room", () => {
  for (const { limit, gauge, acquire, release } of KINDS) {
    const both = workers({ [limit]: 2 }), [one, two] = both;
    acquire(two!.breaker);
    acquire(one!.breaker);
    assert.equal(one!.stats[gauge].value, 1);
    both.advance(1_010);
    assert.equal(one!.stats[gauge].value, 1);
    release(two!.breaker);
    both.advance(1_010);
    assert.equal(one!.stats[gauge].value, 0, limit);
    assert.equal(both.loop.timers.armedCount, 0);
    acquire(one!.breaker);
    one!.breaker.retire();
    assert.equal(both.loop.timers.armedCount, 0);
    release(one!.breaker);
    assert.equal(one!.stats[gauge].value, 0);
  }
});
