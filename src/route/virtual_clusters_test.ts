import assert from "node:assert/strict";
import { routeConfiguration } from "../../test/support/route_configs.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import type { Tally } from "./tally.ts";
import { VirtualClusters } from "./virtual_clusters.ts";

function clusters(yaml: string, made: string[] = []): VirtualClusters | null {
  const host = routeConfiguration(`virtual_hosts: [{ name: v, domains: ["*"], virtual_clusters: [${yaml}] }]`)
    .virtualHosts[0]!;
  return VirtualClusters.of(host.virtualClusters, host.name, (virtualHost, subject, name) => {
    made.push(`${virtualHost} ${subject} ${name}`);
    return null as Tally | null;
  });
}

const TWO =
  `{ name: writes, headers: [{ name: ":method", string_match: { exact: POST } }, { name: ":path", string_match: { prefix: /w } }] },
  { name: marked, headers: [{ name: x-a, present_match: true }] }`;

Deno.test("VirtualClusters.find takes the first whose headers are all as wanted", () => {
  const two = clusters(TWO)!;
  const nameOf = (method: string, path: string, fields = {}) => two.find(requestHead(method, path, fields)).name;
  assert.equal(nameOf("POST", "/w/x"), "writes");
  assert.equal(nameOf("POST", "/w", { "x-a": "1" }), "writes");
  assert.equal(nameOf("POST", "/", { "x-a": "1" }), "marked");
  assert.equal(nameOf("GET", "/w"), "");
});

Deno.test("VirtualClusters has figures for each and for the others, made once", () => {
  const made: string[] = [], two = clusters(TWO, made)!;
  for (let i = 0; i < 3; i++) two.find(requestHead("GET", "/"));
  assert.deepEqual(made, ["v vcluster writes", "v vcluster marked", "v vcluster other"]);
  assert.equal(two.find(requestHead("GET", "/")).statName, "other");
});

Deno.test("VirtualClusters.of is null where there are none", () => {
  const made: string[] = [];
  assert.equal(clusters("", made), null);
  assert.deepEqual(made, []);
});
