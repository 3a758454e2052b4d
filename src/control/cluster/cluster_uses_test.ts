import { deepEqual, equal } from "node:assert/strict";
import type { CanonicalMessage } from "../../config/source_map.ts";
import { type ClusterUse, findUses, MAX_USES, type NamedResource } from "./cluster_uses.ts";

function usesOf(cluster: string, ...resources: NamedResource[]): string[] {
  const found: ClusterUse[] = [];
  for (const _ of findUses(cluster, resources, found));
  return found.map(({ kind, owner, where }) => `${kind} ${owner}: ${where}`);
}

function listener(manager: CanonicalMessage): NamedResource {
  const filters = [{ name: "hcm", typed_config: manager }];
  return { kind: "listener", name: "ingress", message: { name: "ingress", filter_chains: [{ filters }] } };
}

function routes(...list: CanonicalMessage[]): CanonicalMessage {
  return { route_config: { virtual_hosts: [{ name: "api", domains: ["*"], routes: list }] } };
}

const V1 = { match: { prefix: "/v1/" } };

const CASES: [name: string, resource: NamedResource, uses: string[]][] = [
  ["a route", listener(routes({ ...V1, route: { cluster: "web" } })), [
    'route ingress: filter "hcm" › virtual host "api" › route "/v1/"',
  ]],
  ["a route by its own name", listener(routes({ ...V1, name: "first", route: { cluster: "web" } })), [
    'route ingress: filter "hcm" › virtual host "api" › route "first"',
  ]],
  [
    "a weight",
    listener(routes({ ...V1, route: { weighted_clusters: { clusters: [{ name: "web", weight: 30 }] } } })),
    ['route ingress: filter "hcm" › virtual host "api" › route "/v1/" › weight 30'],
  ],
  [
    "a mirror",
    listener(routes({ ...V1, route: { cluster: "other", request_mirror_policies: [{ cluster: "web" }] } })),
    ['mirror ingress: filter "hcm" › virtual host "api" › route "/v1/" › mirror'],
  ],
  [
    "a filter's percentages",
    listener({
      http_filters: [{ name: "health", typed_config: { cluster_min_healthy_percentages: { web: { value: 25 } } } }],
    }),
    ['filter ingress: filter "hcm" › filter "health"'],
  ],
  [
    "a service of a filter that nobody knows",
    listener({ http_filters: [{ name: "authz", typed_config: { grpc: { envoy_grpc: { cluster_name: "web" } } } }] }),
    ['filter ingress: filter "hcm" › filter "authz"'],
  ],
  [
    "an aggregate",
    {
      kind: "cluster",
      name: "all",
      message: { name: "all", cluster_type: { typed_config: { clusters: ["a", "web"] } } },
    },
    ["cluster all: "],
  ],
  ["nothing but the cluster itself", {
    kind: "cluster",
    name: "web",
    message: { name: "web", load_assignment: { cluster_name: "web" } },
  }, []],
  ["an assignment of another cluster", {
    kind: "cluster",
    name: "api",
    message: { name: "api", load_assignment: { cluster_name: "web" } },
  }, []],
  ["another cluster", listener(routes({ ...V1, route: { cluster: "webs" } })), []],
];

for (const [name, resource, uses] of CASES) {
  Deno.test(`findUses() finds ${name}`, () => deepEqual(usesOf("web", resource), uses));
}

Deno.test("findUses() ends after so many", () => {
  const many = Array.from({ length: 2 * MAX_USES }, () => ({ ...V1, route: { cluster: "web" } }));
  equal(usesOf("web", listener(routes(...many))).length, MAX_USES);
});
