import assert from "node:assert/strict";
import { loadBootstrap } from "../../config/load.ts";
import { CATALOG, catalogued, expanded } from "./catalog.ts";
import type { ConfigParts } from "./config_keys.ts";
import { KnownKeys } from "./known_keys.ts";

const CONFIG = `
static_resources:
  clusters:
  - name: a.b
    type: STATIC
    load_assignment: { cluster_name: a.b }
    lb_policy: ROUND_ROBIN
    round_robin_lb_config: { slow_start_config: { slow_start_window: 10s, aggression: { default_value: 2, runtime_key: slow.key } } }
  - { name: other, type: STATIC, load_assignment: { cluster_name: other } }
  listeners:
  - name: web
    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          http_filters: [{ name: r, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }]
          access_log:
          - name: file
            filter: { runtime_filter: { runtime_key: log.share, percent_sampled: { numerator: 30 } } }
            typed_config: { "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog }
          route_config:
            name: main
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - name: canary
                match: { prefix: /, runtime_fraction: { default_value: { numerator: 5 }, runtime_key: web.canary } }
                route:
                  weighted_clusters: { runtime_key_prefix: split, clusters: [{ name: a.b, weight: 60 }, { name: other, weight: 40 }] }
                  request_mirror_policies: [{ cluster: other, runtime_fraction: { default_value: { numerator: 1 }, runtime_key: mirror.share } }]
              - { match: { prefix: / }, direct_response: { status: 200 } }
`;

function partsOf(text: string): ConfigParts {
  const { snapshot } = loadBootstrap({ file: { text, fileName: "bootstrap.yaml" } });
  return {
    listeners: snapshot.listeners.map((config) => ({ config, incarnation: 1, revision: 1 })),
    clusters: snapshot.clusters.map((config) => ({ config })) as unknown as ConfigParts["clusters"],
    routes: [],
  };
}

Deno.test("KnownKeys finds every key that the configuration names, with its type, default and place", () => {
  const known = new KnownKeys({ generation: 1, everything: () => partsOf(CONFIG) });
  const rows = [
    ["web.canary", "fraction", "5 %", 'route "canary" of virtual host "all" of listener "web"', "/listeners/web"],
    [
      "split.a.b",
      "uint",
      "60",
      'weight of cluster "a.b" in route "canary" of virtual host "all" of listener "web"',
      "/listeners/web",
    ],
    [
      "split.other",
      "uint",
      "40",
      'weight of cluster "other" in route "canary" of virtual host "all" of listener "web"',
      "/listeners/web",
    ],
    [
      "mirror.share",
      "fraction",
      "1 %",
      'a mirror policy of route "canary" of virtual host "all" of listener "web"',
      "/listeners/web",
    ],
    ["log.share", "percent", "30 %", 'an access log of listener "web"', "/listeners/web"],
    ["slow.key", "double", "2", 'cluster "a.b"', "/clusters/a.b"],
  ] as const;
  for (const [key, want, byDefault, text, link] of rows) {
    const found = known.of(key);
    assert.deepEqual([found?.want, found?.default], [want, byDefault], key);
    assert.ok(found!.usedBy[0]!.text.endsWith(text), `${found!.usedBy[0]!.text} for ${key}`);
    assert.equal(found!.usedBy[0]!.link, link);
  }
  assert.equal(known.of("nobody.reads"), null);
  const breakers = known.all().find(({ pattern }) => pattern.endsWith(".max_requests"))!;
  assert.deepEqual(breakers.keys, [
    "circuit_breakers.a.b.default.max_requests",
    "circuit_breakers.a.b.high.max_requests",
    "circuit_breakers.other.default.max_requests",
    "circuit_breakers.other.high.max_requests",
  ]);
});

Deno.test("catalogued() finds keys of patterns, names with dots too, and no others", () => {
  assert.equal(catalogued("circuit_breakers.a.b.high.max_retries")?.unit, "retries");
  assert.equal(catalogued("upstream.maintenance_mode.a.b")?.want, "percent");
  assert.equal(catalogued("circuit_breakers.a.low.max_retries"), null);
  assert.equal(catalogued("upstream.maintenance_mode."), null);
  assert.equal(catalogued("upstream.maintenance_mode.<cluster>")?.want, "percent");
  assert.deepEqual(expanded("upstream.use_retry", ["a"]), []);
});

Deno.test("every key of the catalogue is one that the source reads", () => {
  const root = new URL("../../", import.meta.url), words: string[] = [];
  const read = (directory: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(directory)) {
      if (isDirectory) read(new URL(`${name}/`, directory));
      else if (!name.endsWith("_test.ts") && name !== "catalog.ts") {
        words.push(Deno.readTextFileSync(new URL(name, directory)));
      }
    }
  };
  read(root);
  const source = words.join("\n");
  for (const { pattern } of CATALOG) {
    const last = pattern.split(".").filter((part) => !part.startsWith("<") && !part.endsWith(">")).at(-1)!;
    assert.ok(source.includes(last), `${pattern}: nothing reads ${last}`);
  }
});
