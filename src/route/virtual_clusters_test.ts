import assert from "node:assert/strict";
import { routeConfiguration } from "../../test/support/route_configs.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { NO_TALLIES } from "./tally.ts";
import { VirtualClusters } from "./virtual_clusters.ts";

function clusters(yaml: string): VirtualClusters | null {
  const config = routeConfiguration(`virtual_hosts: [{ name: v, domains: ["*"], virtual_clusters: [${yaml}] }]`);
  return VirtualClusters.of(config.virtualHosts[0]!.virtualClusters, "v", NO_TALLIES);
}

const RIDES = `{ name: request, headers: [
  { name: ":path", string_match: { exact: /rides } }, { name: ":method", string_match: { exact: POST } }] },
  { name: any_ride, headers: [{ name: ":path", string_match: { prefix: /rides } }] }`;

Deno.test("VirtualClusters.find takes the first whose headers all match, or other", () => {
  const found = (method: string, path: string) =>
    clusters(RIDES)?.find(requestHead(method, path, { host: "a" })).statName;
  assert.equal(found("POST", "/rides"), "request");
  assert.equal(found("GET", "/rides"), "any_ride");
  assert.equal(found("POST", "/users"), "other");
});

Deno.test("VirtualClusters.of has nothing for a virtual host without any", () => {
  assert.equal(clusters(""), null);
});
