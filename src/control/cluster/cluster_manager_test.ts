/** Names and objects: the table of spec/upstream.md 9.1, the start order of 8, and that nothing is left behind. */
import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Loggers } from "../../base/log.ts";
import { Random } from "../../base/random.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import { DEFAULT_COMMON_LB } from "../../config/locality_lb_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import type { ConfigChange } from "../../config/config_change.ts";
import { sampleCluster, sampleEndpoint } from "../../admin/sample_source.ts";
import { StatBook } from "../../observe/stats/stat_book.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import { MemoryNetwork } from "../../transport/memory/network.ts";
import { TEST_FORMATS } from "../../../test/support/format_context.ts";
import { checkedCluster } from "../../../test/support/health_checks.ts";
import { KeptLogs } from "../../../test/support/kept_lines.ts";
import { Publisher } from "../publisher.ts";
import { Timeline } from "../timeline.ts";
import { ClusterManager } from "./cluster_manager.ts";
import type { Discovery, DiscoveryEvents } from "./discovery.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { HostSlots } from "./host_slots.ts";
import { Happenings } from "./happenings.ts";
import { HostNumbers } from "./host_numbers.ts";
import { LimitSlots } from "./limit_slots.ts";
import type { ClusterResource } from "./managed_cluster.ts";
import { MergeStats } from "./update_merge.ts";

/** Says what a test tells it to. */
class ScriptedDiscovery implements Discovery {
  isStarted = false;
  isClosed = false;
  readonly events: DiscoveryEvents;

  constructor(events: DiscoveryEvents) {
    this.events = events;
  }

  start(): void {
    this.isStarted = true;
  }

  close(): void {
    this.isClosed = true;
  }

  find(...ports: number[]): void {
    this.events.onEndpoints({
      endpoints: ports.map((port) => sampleEndpoint(port)),
      policy: DEFAULT_ASSIGNMENT_POLICY,
    });
    this.events.onFirstResult("");
  }
}

class Stage {
  readonly book = new StatBook();
  readonly changes: ConfigChange[] = [];
  readonly discoveries: ScriptedDiscovery[] = [];
  readonly calls: string[] = [];
  readonly timeline = new Timeline();
  readonly publisher = new Publisher((change) => this.changes.push(change));
  readonly loop: EventLoop;
  readonly manager: ClusterManager;

  constructor(isRunning = true, clock = new ManualClock()) {
    this.loop = new EventLoop({ clock, alarm: { wakeIn() {}, silence() {} } });
    const scope = this.book.own.scope("cluster_manager"), slots = new HostSlots(1);
    this.manager = new ClusterManager(scope, {
      loop: this.loop,
      random: new Random(1),
      stats: this.book.own,
      mergeStats: new MergeStats(scope),
      log: new Loggers(() => {}, 0, [], false).logger("upstream"),
      publisher: this.publisher,
      timeline: this.timeline,
      happenings: new Happenings(() => 0),
      limitSlots: new LimitSlots(1),
      identities: new HostNumbers(slots, this.publisher),
      countsOf: (slot) => slots.counts(slot),
      dropText: (name) => this.book.dropText(name),
      checks: {
        loop: this.loop,
        dialer: new MemoryNetwork(this.loop),
        random: new Random(1),
        runtime: new RuntimeValues(),
        formats: TEST_FORMATS,
        eventLogs: new KeptLogs(),
        log: new Loggers(() => {}, 0, [], false).logger("hc"),
      },
      hasHadTraffic: () => false,
      outliers: {
        clock: this.loop.clock,
        timers: this.loop.timers,
        random: new Random(1),
        runtime: new RuntimeValues(),
        events: [],
      },
      parts: {
        discovery: (_config, _stats, events) => {
          const discovery = new ScriptedDiscovery(events);
          this.discoveries.push(discovery);
          return discovery;
        },
      },
    }, { onChange: (name) => this.calls.push(name), onSettled: () => this.calls.push("settled") });
    if (isRunning) this.manager.run();
  }

  put(version: string, name = "web", isStatic = false): string {
    return this.manager.put(resource(name, version), isStatic);
  }

  /** `active:warming`, by their versions. */
  get state(): string {
    const entry = this.manager.find("web");
    const version = (object: { resource: ClusterResource } | null | undefined) => object?.resource.version ?? "-";
    return entry === null ? "absent" : `${version(entry.active)}:${version(entry.warming)}`;
  }

  counts(): number[] {
    return ["added", "modified", "removed"].map((name) => this.book.valueOf(`cluster_manager.cluster_${name}`));
  }

  /** What workers have, by name: incarnation and ports. */
  served(): Record<string, [incarnation: number, ports: number[]]> {
    this.publisher.flush();
    return Object.fromEntries(
      this.publisher.state.everything().clusters.map((update) => [
        update.config.name,
        [
          update.incarnation,
          update.hosts.map(({ endpoint: { address } }) => address.kind === "ip" ? address.port : 0),
        ],
      ]),
    );
  }
}

/** Versions are contents: two of the same are the same. */
function resource(name: string, version: string, changes: Partial<ClusterConfig> = {}): ClusterResource {
  return { config: { ...sampleCluster(name, []).config, ...changes }, hash: version, version, message: {} };
}

/** What is done, one after the other; the state after it and `added modified removed`. `ok` = the newest is ready. */
const TABLE: readonly (readonly [steps: string, state: string, counts: string])[] = [
  ["1", "-:1", "1 0 0"],
  ["1 1", "-:1", "1 0 0"],
  ["1 ok", "1:-", "1 0 0"],
  ["1 ok 1", "1:-", "1 0 0"],
  ["1 2", "-:2", "1 1 0"],
  ["1 ok 2", "1:2", "1 1 0"],
  ["1 ok 2 2", "1:2", "1 1 0"],
  ["1 ok 2 1", "1:1", "1 2 0"],
  ["1 ok 2 3", "1:3", "1 2 0"],
  ["1 ok 2 ok", "2:-", "1 1 0"],
  ["1 drop", "absent", "1 0 1"],
  ["1 ok drop", "absent", "1 0 1"],
  ["1 ok 2 drop", "absent", "1 1 1"],
  ["1 ok drop 1", "-:1", "2 0 1"],
  ["1 ok drop 1 ok", "1:-", "2 0 1"],
];

Deno.test("ClusterManager follows the table of states", () => {
  for (const [steps, state, counts] of TABLE) {
    const stage = new Stage();
    for (const step of steps.split(" ")) {
      if (step === "ok") stage.discoveries.at(-1)!.find(1);
      else if (step === "drop") stage.manager.remove("web");
      else stage.put(step);
    }
    assert.equal(stage.state, state, steps);
    assert.equal(stage.counts().join(" "), counts, steps);
    const open = stage.discoveries.filter(({ isClosed }) => !isClosed).length;
    assert.equal(open, state.split(":").filter((part) => /\d/.test(part)).length, `${steps}: objects left open`);
    const warming = state.endsWith(":-") || state === "absent" ? 0 : 1;
    assert.equal(stage.book.valueOf("cluster_manager.warming_clusters"), warming, steps);
    assert.equal(stage.book.valueOf("cluster.web.warming_state"), warming, steps);
    stage.manager.close();
    assert.ok(stage.discoveries.every(({ isClosed }) => isClosed));
  }
});

Deno.test("ClusterManager gives workers a new object only when it is ready, whole", () => {
  const stage = new Stage();
  stage.put("1");
  assert.deepEqual(stage.served(), {});
  stage.discoveries[0]!.find(1, 2);
  assert.deepEqual(stage.served(), { web: [1, [1, 2]] });
  stage.put("2");
  assert.deepEqual(stage.served(), { web: [1, [1, 2]] });
  stage.discoveries[0]!.find(1, 2, 3);
  assert.deepEqual(stage.served(), { web: [1, [1, 2, 3]] });
  stage.discoveries[1]!.find(7);
  assert.deepEqual(stage.served(), { web: [2, [7]] });
  stage.manager.remove("web");
  assert.deepEqual(stage.served(), {});
});

Deno.test("ClusterManager gives workers nothing that was given up while its hosts were checked", () => {
  const check = "timeout: 5s, interval: 5s, unhealthy_threshold: 1, healthy_threshold: 1, http_health_check: {path: /}";
  const { healthChecks } = checkedCluster(`{${check}}`, [], []);
  for (const next of ["removed", "changed"]) {
    const stage = new Stage();
    stage.manager.put(resource("web", "1", { healthChecks }), false);
    stage.discoveries[0]!.find(1);
    assert.equal(stage.state, "-:1");
    if (next === "removed") assert.equal(stage.manager.remove("web"), true);
    else stage.manager.put(resource("web", "2", { healthChecks }), false);
    assert.equal(stage.state, next === "removed" ? "absent" : "-:2");
    assert.deepEqual(stage.served(), {});
    stage.manager.close();
  }
});

Deno.test("ClusterManager sends a change of hosts, not the cluster", () => {
  const stage = new Stage();
  stage.put("1");
  stage.discoveries[0]!.find(1, 2);
  stage.publisher.flush();
  stage.discoveries[0]!.find(2, 3);
  stage.publisher.flush();
  const { clusters, members } = stage.changes.at(-1)!;
  assert.equal(clusters.length, 0);
  assert.deepEqual(members.map(({ added, removed }) => [added.map(({ id }) => id), removed]), [[[3], [1]]]);
});

Deno.test("ClusterManager leaves the bootstrap's clusters as they are", () => {
  const stage = new Stage();
  stage.put("1", "web", true);
  stage.discoveries[0]!.find(1);
  assert.equal(stage.put("2"), "locked");
  assert.equal(stage.manager.remove("web"), false);
  assert.equal(stage.state, "1:-");
});

Deno.test("ClusterManager drops the stats of a name with its last cluster", () => {
  const stage = new Stage();
  stage.put("1");
  stage.discoveries[0]!.find(1);
  stage.put("2");
  assert.equal(stage.book.valueOf("cluster.web.membership_total"), 1);
  stage.manager.remove("web");
  assert.equal(stage.book.find("cluster.web.membership_total"), undefined);
});

Deno.test("ClusterManager says what a cluster waits for, and what was superseded", () => {
  const stage = new Stage();
  stage.put("1");
  stage.put("2");
  const wait = { kind: "dns", subject: "a.test", source: "", sinceMs: 5, untilMs: null, lastError: "timeout" } as const;
  stage.discoveries[1]!.events.onWaiting(wait);
  const [unready] = stage.manager.unready();
  assert.deepEqual(unready!.waits, [wait]);
  assert.deepEqual([unready!.phase, unready!.version, unready!.superseded], ["discovery", "2", 1]);
  stage.discoveries[1]!.find(1);
  assert.deepEqual(stage.manager.unready(), []);
  assert.deepEqual(
    stage.timeline.items.map(({ from, to, version }) => `${from}>${to} ${version}`),
    [">warming 1", "warming>warming 2", "warming>active 2"],
  );
});

Deno.test("ClusterManager starts nothing before its turn and tells when all of it is ready", () => {
  const stage = new Stage(false);
  stage.put("1", "web", true);
  stage.put("1", "api", true);
  assert.deepEqual(stage.discoveries.map(({ isStarted }) => isStarted), [false, false]);
  assert.equal(stage.book.valueOf("cluster_manager.active_clusters"), 2);
  stage.manager.startPrimaries();
  assert.deepEqual(stage.discoveries.map(({ isStarted }) => isStarted), [true, true]);
  stage.discoveries[0]!.find(1);
  assert.ok(!stage.calls.includes("settled"));
  stage.discoveries[1]!.find(1);
  assert.equal(stage.calls.filter((call) => call === "settled").length, 1);
  stage.manager.startSecondaries();
  assert.equal(stage.calls.filter((call) => call === "settled").length, 2);
  stage.manager.run();
  stage.put("1", "late");
  assert.equal(stage.discoveries[2]!.isStarted, true);
});

for (
  const [windowMs, told] of [[0, [1, 2, 2]], [500, [1, 1, 2]], [5_000, [1, 1, 1]]] as const
) {
  Deno.test(`ClusterManager merges changes of health over the cluster's own window of ${windowMs} ms`, () => {
    const clock = new ManualClock(), stage = new Stage(true, clock);
    clock.advance(10_000);
    const commonLb = { ...DEFAULT_COMMON_LB, updateMergeWindowMs: windowMs };
    stage.manager.put(resource("web", "1", { commonLb }), false);
    stage.discoveries[0]!.find(1, 2);
    clock.advance(10_000);
    const { hosts } = stage.manager.find("web")!.active!, counts: number[] = [];
    const count = () => {
      stage.publisher.flush();
      counts.push(stage.changes.filter(({ members }) => members.some(({ changed }) => changed.length > 0)).length);
    };
    for (const host of hosts.hosts) {
      hosts.changeFlags(host, HealthFlag.DEGRADED_ACTIVE_HC, 0);
      count();
    }
    clock.advance(1_000);
    stage.loop.tick();
    count();
    assert.deepEqual(counts, told);
  });
}
