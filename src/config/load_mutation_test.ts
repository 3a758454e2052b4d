/** Bootstraps broken at random places: each loads or is refused with problems, and nothing else is thrown. */

import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { loadBootstrap } from "./load.ts";

const SEED_DOCUMENT = {
  node: { id: "a", metadata: { x: { y: [1, null, "z"] } } },
  admin: { address: { socket_address: { address: "127.0.0.1", port_value: 9901 } }, allow_paths: [{ prefix: "/" }] },
  layered_runtime: { layers: [{ name: "s", static_layer: { a: 1 } }, { name: "b", admin_layer: {} }] },
  static_resources: {
    listeners: [{
      name: "l",
      address: { socket_address: { address: "127.0.0.1", port_value: 1 } },
      filter_chains: [{
        filters: [{
          name: "h",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3." +
              "HttpConnectionManager",
            stat_prefix: "x",
            common_http_protocol_options: { idle_timeout: "5s", max_headers_count: 5 },
            access_log: [{
              name: "f",
              typed_config: {
                "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
                path: "/dev/null",
              },
            }],
            route_config: {
              virtual_hosts: [{
                name: "v",
                domains: ["*"],
                routes: [
                  { match: { prefix: "/" }, route: { cluster: "a", timeout: "1s" } },
                  { match: { path: "/x" }, direct_response: { status: 200, body: { inline_bytes: "aGk=" } } },
                ],
              }],
            },
            http_filters: [{
              name: "r",
              typed_config: {
                "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
                type_url: "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                value: { dynamicStats: false },
              },
            }],
          },
        }],
      }],
    }],
    clusters: [{
      name: "a",
      connect_timeout: "1s",
      circuit_breakers: { thresholds: [{ priority: "HIGH", max_requests: 5 }] },
      load_assignment: {
        cluster_name: "a",
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: "/x" } } } }] }],
      },
    }],
  },
};

const REPLACEMENTS: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e300,
  "",
  "5s",
  "type.googleapis.com/google.protobuf.Duration",
  "type.googleapis.com/google.protobuf.Any",
  "type.googleapis.com/xds.type.v3.TypedStruct",
  [],
  [[]],
  [null],
  {},
  { "@type": "type.googleapis.com/google.protobuf.Struct", value: { a: 1 } },
  { value: {} },
  { constructor: 1, hasOwnProperty: 2, toString: {} },
];

/** The mulberry32 generator: small, seeded, good enough to choose places. */
function randomFrom(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Every object and list with one of its keys. */
function places(value: unknown, found: [Record<string, unknown>, string][] = []): [Record<string, unknown>, string][] {
  if (typeof value !== "object" || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    found.push([value as Record<string, unknown>, key]);
    places(inner, found);
  }
  return found;
}

Deno.test("loadBootstrap throws nothing but ConfigError, whatever the document holds", () => {
  const random = randomFrom(20260131);
  let accepted = 0, refused = 0;
  for (let turn = 0; turn < 400; turn++) {
    const document = structuredClone(SEED_DOCUMENT);
    for (let change = 0; change <= random(3); change++) {
      const all = places(document);
      const [container, key] = all[random(all.length)]!;
      const choice = random(REPLACEMENTS.length + 2);
      if (choice === REPLACEMENTS.length) delete container[key];
      else if (choice > REPLACEMENTS.length) container[`${key}x`] = container[key];
      else container[key] = structuredClone(REPLACEMENTS[choice]);
    }
    const text = JSON.stringify(document);
    try {
      loadBootstrap({ file: { text, fileName: "b.json" } }, {
        allowUnsupported: random(2) === 0,
        allowUnknownStaticFields: random(2) === 0,
        tolerateUnknownExtensions: random(2) === 0,
      });
      accepted++;
    } catch (error) {
      assert.ok(error instanceof ConfigError, `${error instanceof Error ? error.stack : error}\n${text}`);
      assert.ok(error.problems.length > 0, text);
      refused++;
    }
  }
  assert.ok(accepted > 20 && refused > 100, `${accepted} accepted, ${refused} refused`);
});
