import { deepEqual, equal } from "node:assert/strict";
import type { ClusterItem, HostHealth, HostItem } from "../../src/admin/contract/clusters.ts";
import { arrange, byTrouble, type ClusterView, hasProblem, sumOverHosts } from "./clusters.ts";

function host(address: string, health: HostHealth = "healthy", requests = 0): HostItem {
  return {
    address,
    hostname: "",
    health,
    flags: [],
    reason: "",
    since_ms: 0,
    weight: 1,
    priority: 0,
    locality: { region: "", zone: "", sub_zone: "" },
    canary: false,
    stats: {
      cx_active: 0,
      cx_connect_fail: 0,
      cx_total: 0,
      rq_active: 0,
      rq_error: 0,
      rq_pending_active: 0,
      rq_success: 0,
      rq_timeout: 0,
      rq_total: requests,
    },
    rps: null,
    error_ratio: null,
    pick_share: null,
    expected_share: null,
  };
}

function cluster(name: string, over: Partial<ClusterItem> = {}): ClusterItem {
  return {
    name,
    type: "STATIC",
    lb_policy: "ROUND_ROBIN",
    source: "static",
    version_info: "",
    level: "ok",
    state: "healthy",
    hosts_total: 1,
    hosts_healthy: 1,
    hosts_failing: 0,
    rps: null,
    error_ratio: null,
    p50: null,
    p99: null,
    active_rq: 0,
    active_cx: 0,
    pending_rq: 0,
    retries_per_s: null,
    breakers: { default: [], high: [] },
    connect_timeout_ms: 5000,
    hosts: [host("10.0.0.1:80")],
    ...over,
  };
}

const plain: ClusterView = { text: "", isProblemsOnly: false, column: "problems", isDescending: false };
const namesOf = (items: readonly ClusterItem[]) => items.map((item) => item.name);

Deno.test("arrange() puts the worst first and goes by name among equals", () => {
  const items = [
    cluster("b"),
    cluster("a"),
    cluster("z", { level: "bad" }),
    cluster("y", { level: "warn" }),
    cluster("x", { hosts_failing: 1 }),
  ];
  deepEqual(namesOf(arrange(items, plain)), ["z", "y", "x", "a", "b"]);
});

Deno.test("arrange() sorts what is unknown below zero", () => {
  const items = [cluster("none"), cluster("zero", { rps: 0 }), cluster("many", { rps: 9 })];
  deepEqual(namesOf(arrange(items, { ...plain, column: "rps", isDescending: true })), ["many", "zero", "none"]);
});

Deno.test("arrange() finds text in names, addresses and host names", () => {
  const items = [
    cluster("web"),
    cluster("api", { hosts: [host("10.9.9.9:80")] }),
    cluster("db", { hosts: [{ ...host("x"), hostname: "Web-0" }] }),
  ];
  deepEqual(namesOf(arrange(items, { ...plain, text: " WEB " })), ["db", "web"]);
  deepEqual(namesOf(arrange(items, { ...plain, text: "9.9" })), ["api"]);
});

Deno.test("arrange() keeps only clusters with problems when asked", () => {
  const items = [cluster("well"), cluster("ill", { hosts_healthy: 0 })];
  deepEqual(namesOf(arrange(items, { ...plain, isProblemsOnly: true })), ["ill"]);
});

Deno.test("hasProblem() counts a failing host although its cluster still passes", () => {
  equal(hasProblem(cluster("a")), false);
  equal(hasProblem(cluster("a", { hosts_failing: 1 })), true);
  equal(hasProblem(cluster("a", { hosts: null, level: "warn" })), true);
});

Deno.test("byTrouble() puts failing hosts first and sorts addresses by number", () => {
  const hosts = [
    host("10.0.0.10:80"),
    host("10.0.0.9:80"),
    host("10.0.0.30:80", "ejected"),
    host("10.0.0.31:80", "failing"),
  ];
  deepEqual(byTrouble(hosts).map((one) => one.address), [
    "10.0.0.31:80",
    "10.0.0.30:80",
    "10.0.0.9:80",
    "10.0.0.10:80",
  ]);
});

Deno.test("sumOverHosts() is unknown when the hosts were not sent", () => {
  equal(sumOverHosts(cluster("a", { hosts: null }), (one) => one.stats.rq_total), null);
  equal(
    sumOverHosts(
      cluster("a", { hosts: [host("x", "healthy", 2), host("y", "healthy", 3)] }),
      (one) => one.stats.rq_total,
    ),
    5,
  );
});
