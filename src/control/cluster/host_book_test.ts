/** Hosts as discovery and health checks change them: spec/upstream.md 4.3 and 4.4. */
import assert from "node:assert/strict";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../config/assignment_policy.ts";
import type { EndpointConfig } from "../../config/cluster_config.ts";
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../../config/health_check_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import { checkedCluster, TIMES } from "../../../test/support/health_checks.ts";
import { HostBook, type HostRules } from "./host_book.ts";
import { HostNumbers } from "./host_numbers.ts";
import { HostSlots } from "./host_slots.ts";

const CHECKS = checkedCluster(`{ ${TIMES}, tcp_health_check: {} }`).healthChecks;

const RULES: HostRules = { checks: CHECKS, ignoresUnchecked: false, removesAtOnce: false };

function endpoint(port: number, changes: Partial<EndpointConfig> = {}): EndpointConfig {
  return {
    address: { kind: "ip", host: "10.0.0.1", port },
    additionalAddresses: [],
    hostname: "",
    weight: 1,
    priority: 0,
    locality: { region: "", zone: "", subZone: "", weight: 0, metadata: {} },
    healthStatus: "UNKNOWN",
    healthCheck: DEFAULT_ENDPOINT_HEALTH_CHECK,
    metadata: {},
    ...changes,
  };
}

class Stage {
  readonly calls: string[] = [];
  readonly book: HostBook;
  nowMs = 1000;

  constructor(rules: Partial<HostRules> = {}) {
    this.book = new HostBook(
      { ...RULES, ...rules },
      DEFAULT_ASSIGNMENT_POLICY,
      new HostNumbers(new HostSlots(1), { onFlushed() {} }),
      () => this.nowMs,
      {
        onAdded: ({ id }) => this.calls.push(`added ${id}`),
        onRemoved: ({ id }) => this.calls.push(`removed ${id}`),
        onHealth: ({ id, flags }, before) => this.calls.push(`health ${id} ${before}>${flags}`),
        onChange: (priorities) => this.calls.push(priorities > 0 ? "membership" : "change"),
      },
    );
  }

  find(...endpoints: EndpointConfig[]): boolean {
    return this.book.reconcile({ endpoints, policy: DEFAULT_ASSIGNMENT_POLICY });
  }

  pass(id: number): void {
    this.book.changeFlags(this.host(id), 0, HealthFlag.FAILED_ACTIVE_HC);
  }

  fail(id: number): void {
    this.book.changeFlags(this.host(id), HealthFlag.FAILED_ACTIVE_HC, 0);
  }

  host(id: number) {
    return [...this.book.hosts].find((host) => host.id === id)!;
  }

  get ids(): number[] {
    return Array.from(this.book.hosts, ({ id }) => id);
  }
}

Deno.test("HostBook knows a host by its identity where discovery gives it one, whatever its address", () => {
  const stage = new Stage();
  stage.find(endpoint(1, { identity: "a" }), endpoint(1, { identity: "b" }));
  stage.book.takeChange();
  assert.equal(stage.find(endpoint(2, { identity: "b" })), true);
  const change = stage.book.takeChange()!;
  assert.deepEqual([change.added, change.removed], [[], [1]]);
  assert.deepEqual(change.changed.map(({ id, endpoint: { address } }) => [id, address]), [
    [2, { kind: "ip", host: "10.0.0.1", port: 2 }],
  ]);
});

Deno.test("HostBook keeps a host of the same address and changes it in place", () => {
  const stage = new Stage();
  stage.find(endpoint(1), endpoint(2));
  stage.pass(1);
  stage.book.takeChange();
  assert.equal(stage.find(endpoint(2), endpoint(1, { weight: 5, priority: 1 })), true);
  const change = stage.book.takeChange()!;
  assert.deepEqual(change.added, []);
  assert.deepEqual(change.removed, []);
  assert.deepEqual(change.changed.map(({ id, endpoint: { weight }, flags }) => [id, weight, flags]), [[1, 5, 0]]);
  assert.equal(stage.find(endpoint(1, { weight: 5, priority: 1 }), endpoint(2)), false);
  assert.equal(stage.book.takeChange(), null);
});

Deno.test("HostBook starts checked hosts as failed, and those that wait for the first check as excluded if it shall", () => {
  for (
    const [rules, flags] of [
      [{}, HealthFlag.FAILED_ACTIVE_HC],
      [{ ignoresUnchecked: true }, HealthFlag.FAILED_ACTIVE_HC | HealthFlag.PENDING_ACTIVE_HC],
      [{ checks: [], ignoresUnchecked: true }, 0],
    ] as const
  ) {
    const stage = new Stage(rules);
    stage.find(endpoint(1));
    assert.equal(stage.host(1).flags, flags);
  }
});

Deno.test("HostBook takes what discovery says of health beside what checks say", () => {
  const stage = new Stage();
  stage.find(endpoint(1, { healthStatus: "UNHEALTHY" }));
  stage.pass(1);
  assert.equal(stage.host(1).flags, HealthFlag.FAILED_EDS_HEALTH);
  stage.find(endpoint(1, { healthStatus: "DEGRADED" }));
  assert.equal(stage.host(1).flags, HealthFlag.DEGRADED_EDS_HEALTH);
  stage.fail(1);
  stage.find(endpoint(1, { healthStatus: "HEALTHY" }));
  assert.equal(stage.host(1).flags, HealthFlag.FAILED_ACTIVE_HC);
});

/** Discovery against health: the table of 4.4. */
const ABSENT: readonly (readonly [rules: Partial<HostRules>, before: (stage: Stage) => void, stays: boolean])[] = [
  [{}, (stage) => stage.pass(1), true],
  [{}, () => {}, false],
  [{ checks: [] }, () => {}, false],
  [{ removesAtOnce: true }, (stage) => stage.pass(1), false],
  [{}, (stage) => {
    stage.pass(1);
    stage.find(endpoint(1, { healthStatus: "TIMEOUT" }));
  }, false],
  [{}, (stage) => {
    stage.pass(1);
    stage.book.changeFlags(stage.host(1), HealthFlag.FAILED_OUTLIER_CHECK, 0);
  }, true],
];

Deno.test("HostBook keeps an absent host as long as its checks pass", () => {
  for (const [at, [rules, before, stays]] of ABSENT.entries()) {
    const stage = new Stage(rules);
    stage.find(endpoint(1));
    before(stage);
    stage.find();
    assert.deepEqual(stage.ids, stays ? [1] : [], `row ${at}`);
    if (stays) assert.notEqual(stage.host(1).flags & HealthFlag.PENDING_DYNAMIC_REMOVAL, 0);
  }
});

Deno.test("HostBook removes a kept host with its first failing check, or takes it back", () => {
  const stage = new Stage();
  stage.find(endpoint(1), endpoint(2));
  stage.pass(1);
  stage.pass(2);
  stage.find();
  stage.book.takeChange();
  stage.calls.length = 0;
  stage.fail(1);
  assert.deepEqual(stage.ids, [2]);
  assert.deepEqual(stage.book.takeChange()!.removed, [1]);
  assert.deepEqual(stage.calls.filter((call) => !call.startsWith("health")), ["removed 1", "membership"]);
  stage.find(endpoint(2));
  assert.equal(stage.host(2).flags, 0);
});

Deno.test("HostBook replaces a host whose locality is another, and its health goes with it", () => {
  const stage = new Stage();
  const locality = { region: "eu", zone: "", subZone: "", weight: 0, metadata: {} };
  stage.find(endpoint(1));
  stage.pass(1);
  stage.book.takeChange();
  stage.find(endpoint(1, { locality }));
  assert.deepEqual(stage.ids, [2]);
  assert.equal(stage.host(2).flags, 0);
  const { added, removed } = stage.book.takeChange()!;
  assert.deepEqual([added.map(({ id }) => id), removed], [[2], [1]]);
});

Deno.test("HostBook tells several hosts of one address apart", () => {
  const stage = new Stage({ checks: [] });
  stage.find(endpoint(1, { weight: 1 }), endpoint(1, { weight: 2 }), endpoint(1, { weight: 3 }));
  assert.deepEqual(stage.ids, [1, 2, 3]);
  stage.find(endpoint(1, { weight: 1 }));
  assert.deepEqual(stage.ids, [1]);
});

Deno.test("HostBook says nothing of a host that came and went between two looks", () => {
  const stage = new Stage({ checks: [] });
  stage.find(endpoint(1));
  stage.find();
  assert.equal(stage.book.takeChange(), null);
});

Deno.test("HostBook counts slow start from the first pass of the checks", () => {
  const stage = new Stage();
  stage.find(endpoint(1));
  stage.nowMs = 5000;
  stage.pass(1);
  assert.equal(stage.host(1).warmSinceMs, 5000);
  stage.nowMs = 6000;
  stage.book.changeFlags(stage.host(1), HealthFlag.FAILED_OUTLIER_CHECK, 0);
  stage.book.changeFlags(stage.host(1), 0, HealthFlag.FAILED_OUTLIER_CHECK);
  assert.equal(stage.host(1).warmSinceMs, 5000);
});
