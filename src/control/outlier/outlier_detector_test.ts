/** Tests of who is ejected, for how long, and what is said of it; time and chance are in the test's hand. */

import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";
import { TimerWheel } from "../../base/timer_wheel.ts";
import type { EndpointConfig } from "../../config/cluster_config.ts";
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../../config/health_check_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { outlierDetectionSchema } from "../../config/schema/outlier_detection.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { StatStore } from "../../observe/stats/store.ts";
import { type HostCounts, Origin, RowKind, SharedHosts } from "../../upstream/shared_hosts.ts";
import { ControlHost } from "../cluster/control_host.ts";
import { OutlierDetector } from "./outlier_detector.ts";
import type { OutlierEvent } from "./outlier_event.ts";

const { EXTERNAL, LOCAL } = Origin;
const { ERRORS, GATEWAY_FAILURES, LOCAL_FAILURES } = RowKind;
const INTERVAL_MS = 10_000;

/** A cluster with so many hosts, and its detector. */
class Scene {
  readonly clock = new ManualClock();
  readonly wheel = new TimerWheel(this.clock, { wakeIn() {}, silence() {} }, (error) => {
    throw error;
  });
  readonly stats = new StatStore(() => {});
  readonly scope = this.stats.scope("cluster.web");
  readonly runtime: RuntimeValues;
  readonly hosts: ControlHost[];
  readonly counts: HostCounts[];
  readonly events: OutlierEvent[] = [];
  readonly changes: string[] = [];
  readonly detector: OutlierDetector;

  /** `detection`: fields of `outlier_detection`, in its own words. */
  constructor(hosts: number, detection: Readonly<Record<string, unknown>> = {}, runtime: RuntimeRecord = {}) {
    this.runtime = new RuntimeValues(runtime);
    const shared = new SharedHosts(2);
    shared.usePages([SharedHosts.newPage(2)]);
    this.hosts = Array.from({ length: hosts }, (_, id) => new ControlHost(id, id, endpoint(8000 + id), 0, 0));
    this.counts = this.hosts.map(({ slot }) => shared.host(slot, 1));
    this.detector = new OutlierDetector({
      name: "web",
      config: outlierDetectionSchema.parse(detection),
      stats: this.scope,
      watcher: {
        changeFlags: (host, set, cleared) => {
          host.flags = host.flags & ~cleared | set;
          this.changes.push(`${host.id}${set === 0 ? " in" : " out"}`);
        },
      },
    }, {
      clock: this.clock,
      timers: this.wheel,
      random: new Random(7),
      runtime: this.runtime,
      events: [{ onOutlierEvent: (event) => this.events.push(event) }],
    });
    for (const [id, host] of this.hosts.entries()) this.detector.addHost(host, this.counts[id]!);
  }

  /** So many outcomes of a host, of which some were successes. */
  outcomes(id: number, total: number, successes: number, origin: Origin = EXTERNAL): void {
    for (let i = 0; i < total; i++) this.counts[id]!.count(origin, i < successes);
  }

  advance(byMs: number): void {
    for (let left = byMs; left > 0; left -= 10) {
      this.clock.advance(10);
      this.wheel.advance();
    }
  }

  get ejected(): number[] {
    return this.hosts.filter(({ flags }) => (flags & HealthFlag.FAILED_OUTLIER_CHECK) !== 0).map(({ id }) => id);
  }

  /** The counters of the group that are not 0, and how many are out. */
  get figures(): Record<string, number> {
    const names =
      (COUNTERS + " " + KINDS.map((kind) => `ejections_detected_${kind} ejections_enforced_${kind}`).join(" "))
        .split(" ");
    const values = names.map((name) => [name, this.scope.counter(`outlier_detection.${name}`).value] as const);
    const active = this.scope.gauge("outlier_detection.ejections_active").value;
    return Object.fromEntries([...values, ["ejections_active", active] as const].filter(([, value]) => value !== 0));
  }
}

const COUNTERS = "ejections_enforced_total ejections_overflow ejections_total ejections_consecutive_5xx " +
  "ejections_success_rate ejections_detected_degradation";
const KINDS = [
  ...["consecutive_5xx", "consecutive_gateway_failure", "consecutive_local_origin_failure", "success_rate"],
  ...["local_origin_success_rate", "failure_percentage", "local_origin_failure_percentage"],
];

function endpoint(port: number): EndpointConfig {
  return {
    address: { kind: "ip", host: "10.0.0.1", port },
    hostname: "",
    weight: 1,
    priority: 0,
    locality: { region: "", zone: "", subZone: "", weight: 0, metadata: {} },
    healthStatus: "UNKNOWN",
    healthCheck: DEFAULT_ENDPOINT_HEALTH_CHECK,
    metadata: {},
  };
}

// ---- rows

const rows: [row: RowKind, detection: Record<string, unknown>, figures: Record<string, number>][] = [
  [ERRORS, {}, {
    ejections_active: 1,
    ejections_consecutive_5xx: 1,
    ejections_detected_consecutive_5xx: 1,
    ejections_enforced_consecutive_5xx: 1,
    ejections_enforced_total: 1,
    ejections_total: 1,
  }],
  [ERRORS, { enforcing_consecutive_5xx: 0 }, {
    ejections_consecutive_5xx: 1,
    ejections_detected_consecutive_5xx: 1,
    ejections_total: 1,
  }],
  [GATEWAY_FAILURES, {}, { ejections_detected_consecutive_gateway_failure: 1 }],
  [GATEWAY_FAILURES, { enforcing_consecutive_gateway_failure: 100 }, {
    ejections_active: 1,
    ejections_detected_consecutive_gateway_failure: 1,
    ejections_enforced_consecutive_gateway_failure: 1,
    ejections_enforced_total: 1,
  }],
  [LOCAL_FAILURES, {}, {
    ejections_active: 1,
    ejections_detected_consecutive_local_origin_failure: 1,
    ejections_enforced_consecutive_local_origin_failure: 1,
    ejections_enforced_total: 1,
  }],
];

for (const [row, detection, expected] of rows) {
  Deno.test(`onRow() counts row ${row} with ${JSON.stringify(detection)}`, () => {
    const scene = new Scene(1, { max_ejection_percent: 100, ...detection });
    scene.detector.onRow(0, row);
    assert.deepEqual(scene.figures, expected);
    assert.deepEqual(scene.ejected, expected["ejections_active"] === 1 ? [0] : []);
    assert.equal(scene.events.length, 1);
    assert.equal(scene.events[0]!.ejection!.isEnforced, scene.ejected.length === 1);
  });
}

Deno.test("onRow() of a host that is out or gone changes nothing", () => {
  const scene = new Scene(2, { max_ejection_percent: 100, enforcing_consecutive_gateway_failure: 100 });
  scene.detector.onRow(0, GATEWAY_FAILURES);
  const before = scene.figures;
  scene.detector.onRow(0, ERRORS);
  scene.detector.onRow(7, ERRORS);
  assert.deepEqual(scene.figures, before);
  assert.deepEqual(scene.changes, ["0 out"]);
});

Deno.test("onRow() starts the row anew, so that the next one is seen when this one ejected nobody", () => {
  const scene = new Scene(1);
  for (let i = 0; i < 5; i++) scene.counts[0]!.extendRow(ERRORS);
  scene.counts[0]!.extendRow(GATEWAY_FAILURES);
  scene.detector.onRow(0, ERRORS);
  assert.equal(scene.counts[0]!.extendRow(ERRORS), 1);
  assert.equal(scene.counts[0]!.extendRow(GATEWAY_FAILURES), 2);
});

// ---- how many may be out

const shares: [what: string, hosts: number, detection: Record<string, unknown>, out: number][] = [
  ["10 percent of 9 hosts is nobody", 9, {}, 0],
  ["10 percent of 10 hosts is one", 10, {}, 1],
  ["34 percent of 3 hosts is one", 3, { max_ejection_percent: 34 }, 1],
  ["33 percent of 3 hosts is nobody", 3, { max_ejection_percent: 33 }, 0],
  ["100 percent is everybody", 4, { max_ejection_percent: 100 }, 4],
  ["0 percent is nobody", 4, { max_ejection_percent: 0 }, 0],
  ["always one", 3, { always_eject_one_host: true }, 1],
  ["always one, and the share may be more", 4, { always_eject_one_host: true, max_ejection_percent: 50 }, 2],
];

for (const [what, hosts, detection, out] of shares) {
  Deno.test(`hosts are ejected up to a share: ${what}`, () => {
    const scene = new Scene(hosts, detection);
    for (const { id } of scene.hosts) scene.detector.onRow(id, ERRORS);
    assert.equal(scene.ejected.length, out);
    assert.equal(scene.figures["ejections_overflow"] ?? 0, hosts - out);
    assert.equal(scene.events.length, out);
  });
}

Deno.test("chance decides on each ejection by itself", () => {
  const scene = new Scene(200, { max_ejection_percent: 100, enforcing_consecutive_5xx: 30 });
  for (const { id } of scene.hosts) scene.detector.onRow(id, ERRORS);
  assert.ok(scene.ejected.length > 40 && scene.ejected.length < 80, `${scene.ejected.length} of 200`);
  assert.equal(scene.events.filter(({ ejection }) => !ejection!.isEnforced).length, 200 - scene.ejected.length);
});

// ---- coming back

Deno.test("a host comes back with the first sweep after its time, with its rows broken", () => {
  const scene = new Scene(1, { max_ejection_percent: 100, base_ejection_time: "25s" });
  scene.advance(5_000);
  scene.detector.onRow(0, ERRORS);
  scene.counts[0]!.extendRow(GATEWAY_FAILURES);
  scene.advance(24_990);
  assert.deepEqual(scene.ejected, [0]);
  scene.advance(30);
  assert.deepEqual(scene.ejected, []);
  assert.equal(scene.counts[0]!.extendRow(GATEWAY_FAILURES), 1);
  assert.deepEqual(scene.changes, ["0 out", "0 in"]);
  assert.equal(scene.figures["ejections_active"], undefined);
  const [out, back] = scene.events;
  assert.deepEqual([out!.sinceLastActionMs, out!.ejections], [null, 1]);
  assert.deepEqual([back!.ejection, back!.ejections], [null, 1]);
  assert.ok(back!.sinceLastActionMs! >= 25_000);
});

/** How long it is out, in whole intervals, each time that it fails at once when it is back. */
function timesOut(scene: Scene, times: number): number[] {
  return Array.from({ length: times }, () => {
    scene.detector.onRow(0, ERRORS);
    const startMs = scene.clock.nowMs;
    while (scene.ejected.length > 0) scene.advance(100);
    return Math.round((scene.clock.nowMs - startMs) / INTERVAL_MS);
  });
}

Deno.test("each ejection that follows soon takes longer by the base, up to the limit", () => {
  const scene = new Scene(1, { max_ejection_percent: 100, base_ejection_time: "10s", max_ejection_time: "40s" });
  assert.deepEqual(timesOut(scene, 6), [1, 2, 3, 4, 4, 4]);
});

Deno.test("a host that stays in is forgiven one ejection an interval", () => {
  const scene = new Scene(1, { max_ejection_percent: 100, base_ejection_time: "10s" });
  assert.deepEqual(timesOut(scene, 3), [1, 2, 3]);
  scene.advance(2 * INTERVAL_MS); // the sweep that let it back does not count
  assert.deepEqual(timesOut(scene, 1), [2]);
  scene.advance(60 * INTERVAL_MS);
  assert.deepEqual(timesOut(scene, 1), [1]);
});

Deno.test("jitter makes hosts come back one after the other", () => {
  const scene = new Scene(50, { max_ejection_percent: 100, interval: "0.1s", max_ejection_time_jitter: "10s" });
  for (const { id } of scene.hosts) scene.detector.onRow(id, ERRORS);
  const untilMs = scene.hosts.map((host) => scene.detector.figuresOf(host)!.untilMs! - scene.clock.wallMs());
  assert.ok(untilMs.every((ms) => ms >= 30_000 && ms <= 40_000));
  assert.ok(Math.max(...untilMs) - Math.min(...untilMs) > 5_000);
  scene.advance(30_000);
  assert.ok(scene.ejected.length > 40);
  scene.advance(5_000);
  assert.ok(scene.ejected.length > 10 && scene.ejected.length < 40);
  scene.advance(5_200);
  assert.equal(scene.ejected.length, 0);
});

const checks: [what: string, detection: Record<string, unknown>, flags: number, isBack: boolean][] = [
  ["brings a host back at once", {}, 0, true],
  ["does nothing while it is not healthy by it", {}, HealthFlag.FAILED_ACTIVE_HC, false],
  ["does nothing where it shall not", { successful_active_health_check_uneject_host: false }, 0, false],
];

for (const [what, detection, flags, isBack] of checks) {
  Deno.test(`a health check that was passed ${what}`, () => {
    const scene = new Scene(1, { max_ejection_percent: 100, ...detection });
    scene.detector.onHealthCheckPass(scene.hosts[0]!);
    assert.deepEqual(scene.changes, []);
    scene.detector.onRow(0, ERRORS);
    scene.hosts[0]!.flags |= flags;
    scene.detector.onHealthCheckPass(scene.hosts[0]!);
    assert.deepEqual(scene.ejected, isBack ? [] : [0]);
    assert.equal(scene.figures["ejections_active"] ?? 0, isBack ? 0 : 1);
  });
}

// ---- rates

Deno.test("a sweep ejects the host whose success rate is far below the others': 100, 100, 100, 100 and 50", () => {
  const scene = new Scene(5, { max_ejection_percent: 20 });
  for (const id of [0, 1, 2, 3]) scene.outcomes(id, 100, 100);
  scene.outcomes(4, 100, 50);
  scene.advance(INTERVAL_MS);
  assert.deepEqual(scene.ejected, [4]);
  assert.deepEqual(scene.detector.rates(EXTERNAL), { average: 90, ejectionThreshold: 52 });
  assert.deepEqual(scene.detector.rates(LOCAL), { average: -1, ejectionThreshold: -1 });
  assert.equal(scene.detector.figuresOf(scene.hosts[4]!)!.successRate, 50);
  assert.equal(scene.detector.figuresOf(scene.hosts[0]!)!.successRate, 100);
  assert.deepEqual(scene.figures, {
    ejections_active: 1,
    ejections_detected_success_rate: 1,
    ejections_enforced_success_rate: 1,
    ejections_enforced_total: 1,
    ejections_success_rate: 1,
    ejections_total: 1,
  });
  assert.deepEqual(scene.events[0]!.ejection, {
    kind: "success_rate",
    isEnforced: true,
    hostSuccessRate: 50,
    clusterRates: { average: 90, ejectionThreshold: 52 },
  });
  scene.advance(INTERVAL_MS);
  assert.deepEqual(scene.detector.rates(EXTERNAL), { average: -1, ejectionThreshold: -1 });
  assert.equal(scene.detector.figuresOf(scene.hosts[4]!)!.successRate, -1);
});

Deno.test("success rates need enough hosts with enough outcomes in the last interval", () => {
  const scene = new Scene(6, { max_ejection_percent: 100 });
  for (const id of [0, 1, 2, 3]) scene.outcomes(id, 100, 100);
  scene.outcomes(4, 99, 0);
  scene.advance(INTERVAL_MS);
  scene.outcomes(4, 1, 0);
  for (const id of [0, 1, 2, 3]) scene.outcomes(id, 100, 100);
  scene.advance(INTERVAL_MS);
  assert.deepEqual(scene.ejected, []);
  assert.deepEqual(scene.detector.rates(EXTERNAL), { average: -1, ejectionThreshold: -1 });
});

Deno.test("a host that is out is not compared with", () => {
  const scene = new Scene(6, { max_ejection_percent: 100 });
  scene.detector.onRow(5, ERRORS);
  for (const id of [0, 1, 2, 3, 4]) scene.outcomes(id, 100, 100);
  scene.outcomes(5, 100, 0);
  scene.advance(INTERVAL_MS);
  assert.equal(scene.detector.rates(EXTERNAL).average, 100);
  assert.equal(scene.detector.figuresOf(scene.hosts[5]!)!.successRate, -1);
});

Deno.test("a sweep ejects hosts whose failure percentage is at the threshold", () => {
  const scene = new Scene(5, {
    max_ejection_percent: 100,
    enforcing_failure_percentage: 100,
    enforcing_success_rate: 0,
    failure_percentage_threshold: 60,
  });
  for (const [id, successes] of [100, 100, 41, 40, 0].entries()) scene.outcomes(id, 100, successes);
  scene.advance(INTERVAL_MS);
  assert.deepEqual(scene.ejected, [3, 4]);
  assert.equal(scene.figures["ejections_detected_failure_percentage"], 2);
  assert.equal(scene.figures["ejections_enforced_failure_percentage"], 2);
});

Deno.test("a host that its success rate ejects is not ejected for its failure percentage as well", () => {
  const scene = new Scene(5, { max_ejection_percent: 100, enforcing_failure_percentage: 100 });
  for (const [id, successes] of [100, 100, 100, 100, 0].entries()) scene.outcomes(id, 100, successes);
  scene.advance(INTERVAL_MS);
  assert.deepEqual(scene.changes, ["4 out"]);
  assert.equal(scene.figures["ejections_active"], 1);
  assert.equal(scene.figures["ejections_detected_failure_percentage"], 1);
});

Deno.test("outcomes of this side have rates, chances and kinds of their own", () => {
  const scene = new Scene(5, {
    split_external_local_origin_errors: true,
    max_ejection_percent: 100,
    enforcing_failure_percentage_local_origin: 100,
    enforcing_local_origin_success_rate: 0,
  });
  for (const [id, successes] of [100, 100, 100, 100, 0].entries()) scene.outcomes(id, 100, successes, LOCAL);
  scene.advance(INTERVAL_MS);
  assert.deepEqual(scene.ejected, [4]);
  assert.equal(scene.figures["ejections_detected_local_origin_success_rate"], 1);
  assert.equal(scene.figures["ejections_enforced_local_origin_success_rate"], undefined);
  assert.equal(scene.figures["ejections_enforced_local_origin_failure_percentage"], 1);
  assert.equal(scene.detector.rates(LOCAL).average, 80);
  assert.equal(scene.detector.figuresOf(scene.hosts[4]!)!.localOriginSuccessRate, 0);
  assert.equal(scene.detector.figuresOf(scene.hosts[4]!)!.successRate, -1);
});

// ---- runtime, hosts that come and go, the end

Deno.test("runtime changes every number, at once", () => {
  const scene = new Scene(2, {}, {
    "outlier_detection.max_ejection_percent": 300,
    "outlier_detection.interval_ms": 1000,
    "outlier_detection.base_ejection_time_ms": 1000,
    "outlier_detection.max_ejection_time_ms": 1000,
    "outlier_detection.enforcing_consecutive_gateway_failure": 100,
    "outlier_detection.success_rate_minimum_hosts": 2,
    "outlier_detection.success_rate_request_volume": 10,
    "outlier_detection.success_rate_stdev_factor": 500,
    "outlier_detection.failure_percentage_minimum_hosts": 1,
    "outlier_detection.failure_percentage_request_volume": 5,
    "outlier_detection.failure_percentage_threshold": 30,
    "outlier_detection.enforcing_failure_percentage": 100,
    "outlier_detection.enforcing_success_rate": 0,
    // Of no consequence, as in Envoy.
    "outlier_detection.always_eject_one_host": true,
  });
  scene.detector.onRow(0, GATEWAY_FAILURES);
  scene.detector.onRow(1, GATEWAY_FAILURES);
  assert.deepEqual(scene.ejected, [0, 1]);
  scene.advance(1010);
  assert.deepEqual(scene.ejected, []);
  scene.outcomes(0, 10, 7);
  scene.outcomes(1, 10, 10);
  scene.advance(1010);
  assert.deepEqual(scene.detector.rates(EXTERNAL), { average: 85, ejectionThreshold: 77.5 });
  assert.deepEqual(scene.ejected, [0]);
  assert.equal(scene.figures["ejections_detected_success_rate"], 1);
  scene.runtime.replace({ "outlier_detection.max_ejection_percent": 0 });
  scene.detector.onRow(1, ERRORS);
  assert.equal(scene.figures["ejections_overflow"], 1);
});

Deno.test("a host that leaves while it is out makes room for another", () => {
  const scene = new Scene(2, { max_ejection_percent: 50 });
  scene.detector.onRow(0, ERRORS);
  scene.detector.onRow(1, ERRORS);
  assert.deepEqual(scene.ejected, [0]);
  scene.detector.removeHost(scene.hosts[0]!);
  scene.detector.removeHost(scene.hosts[0]!);
  assert.equal(scene.figures["ejections_active"], undefined);
  assert.equal(scene.detector.figuresOf(scene.hosts[0]!), null);
  const late = new ControlHost(9, 9, endpoint(9000), 0, 0);
  scene.detector.addHost(late, scene.counts[0]!);
  scene.detector.onRow(1, ERRORS);
  assert.deepEqual(scene.ejected, [0, 1]);
});

Deno.test("close() takes its hosts out of the figures and leaves no timer behind", () => {
  const scene = new Scene(1, { max_ejection_percent: 100 });
  scene.detector.onRow(0, ERRORS);
  scene.detector.close();
  assert.equal(scene.figures["ejections_active"], undefined);
  assert.equal(scene.wheel.armedCount, 0);
  scene.detector.onRow(0, ERRORS);
  assert.equal(scene.events.length, 1);
});

Deno.test("figuresOf() says since when and until when a host is out", () => {
  const scene = new Scene(1, { max_ejection_percent: 100 });
  scene.advance(3_000);
  scene.detector.onRow(0, ERRORS);
  const startMs = scene.clock.wallMs();
  scene.advance(2_000);
  assert.deepEqual(scene.detector.figuresOf(scene.hosts[0]!), {
    isEjected: true,
    kind: "consecutive_5xx",
    sinceMs: startMs,
    untilMs: startMs + 30_000,
    ejections: 1,
    successRate: -1,
    localOriginSuccessRate: -1,
  });
});
