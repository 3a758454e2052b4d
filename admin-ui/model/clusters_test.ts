import { deepEqual, equal } from "node:assert/strict";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import { byTrouble, hasProblem, listQuery } from "./clusters.ts";

function cluster(name: string, changes: Partial<ClusterItem> = {}): ClusterItem {
  return { name, level: "ok", hosts_healthy: 1, hosts_total: 1, ...changes } as ClusterItem;
}

Deno.test("byTrouble() puts what fails on top, then hosts that are out, then names with their numbers in order", () => {
  const items = [
    cluster("svc-10"),
    cluster("svc-2"),
    cluster("few", { hosts_total: 9 }),
    cluster("warned", { level: "warn" }),
    cluster("down", { level: "bad" }),
  ];
  deepEqual(byTrouble(items).map(({ name }) => name), ["down", "warned", "few", "svc-2", "svc-10"]);
});

Deno.test("hasProblem() takes a cluster with one host out for a problem", () => {
  equal(hasProblem(cluster("a")), false);
  equal(hasProblem(cluster("a", { hosts_total: 2 })), true);
  equal(hasProblem(cluster("a", { level: "info" })), false);
});

Deno.test("listQuery() makes one filter of what the address says", () => {
  equal(listQuery({}, 200), "limit=200");
  equal(
    listQuery({ q: "a b", problems: "1", type: "EDS", locality: "eu/eu-1", sort: "-rps" }, 50),
    "limit=50&q=a+b&filter=problems%2Ctype%3AEDS%2Clocality%3Aeu%2Feu-1&sort=-rps",
  );
});
