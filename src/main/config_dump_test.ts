/** Tests of what `/config_dump` shows of a bootstrap. */

import assert from "node:assert/strict";
import type { JsonObject } from "../admin/source.ts";
import { configDumpOf } from "./config_dump.ts";

const LOADED_AT = new Date("2026-01-29T17:48:45.123Z");
const NODE: JsonObject = { id: "n", cluster: "c", locality: { region: "eu", zone: "", sub_zone: "" }, extensions: [] };
const MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

const BOOTSTRAP = {
  admin: { address: { socket_address: { port_value: 0, address: "127.0.0.1" } } },
  static_resources: {
    clusters: [{ lb_policy: "ROUND_ROBIN", connect_timeout: "1s", type: "STATIC", name: "web" }],
    listeners: [{
      filter_chains: [{
        filters: [{
          typed_config: {
            stat_prefix: "web",
            "@type": MANAGER,
            route_config: { virtual_hosts: [{ domains: ["*"], name: "all" }], name: "routes" },
          },
          name: "hcm",
        }],
      }],
      name: "web",
    }],
  },
};

function dumpOf(bootstrap: Record<string, unknown> = BOOTSTRAP): Record<string, JsonObject> {
  return Object.fromEntries(configDumpOf(bootstrap, NODE, LOADED_AT).map(({ key, dump }) => [key, dump]));
}

/** Key order counts here. */
function assertSameText(found: unknown, wanted: unknown): void {
  assert.equal(JSON.stringify(found, null, 1), JSON.stringify(wanted, null, 1));
}

Deno.test("configDumpOf() lists the components in order of their keys", () => {
  const components = configDumpOf(BOOTSTRAP, NODE, LOADED_AT);
  assert.deepEqual(components.map(({ key, message }) => [key, message]), [
    ["bootstrap", "BootstrapConfigDump"],
    ["clusters", "ClustersConfigDump"],
    ["listeners", "ListenersConfigDump"],
    ["route_scopes", "ScopedRoutesConfigDump"],
    ["routes", "RoutesConfigDump"],
    ["secrets", "SecretsConfigDump"],
  ]);
});

Deno.test("configDumpOf() puts fields in proto order and leaves out what says the default", () => {
  const { bootstrap } = dumpOf();
  const { node, static_resources, admin } = bootstrap!["bootstrap"] as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(bootstrap!["bootstrap"] as object), ["node", "static_resources", "admin"]);
  assertSameText(node, { id: "n", cluster: "c", locality: { region: "eu" } });
  assertSameText(static_resources!["clusters"], [{ name: "web", type: "STATIC", connect_timeout: "1s" }]);
  // Of the oneof port_specifier, a 0 was chosen: it stays.
  assertSameText(admin, { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } });
});

Deno.test("configDumpOf() repeats clusters, listeners and inline routes with their time", () => {
  const { clusters, listeners, routes } = dumpOf();
  const last_updated = "2026-01-29T17:48:45.123Z";
  assertSameText(clusters!["static_clusters"], [{
    cluster: {
      "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
      name: "web",
      type: "STATIC",
      connect_timeout: "1s",
    },
    last_updated,
  }]);
  assert.equal((listeners!["static_listeners"] as unknown[]).length, 1);
  assertSameText(routes!["static_route_configs"], [{
    route_config: {
      "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
      name: "routes",
      virtual_hosts: [{ name: "all", domains: ["*"] }],
    },
    last_updated,
  }]);
});

Deno.test("configDumpOf() lists scopes that are written down, and not their routes", () => {
  const scope = (name: string) => ({
    route_configuration: { name: `${name}-routes` },
    key: { fragments: [{ string_key: "1" }] },
    name,
  });
  const scoped_routes = {
    scoped_route_configurations_list: { scoped_route_configurations: [scope("b"), scope("a")] },
    scope_key_builder: { fragments: [{ header_value_extractor: { index: 0, name: "x-key" } }] },
    name: "scopes",
  };
  const fetched = { name: "fetched", scoped_rds: { scoped_rds_config_source: { ads: {} } } };
  const listeners = [scoped_routes, fetched].map((scoped_routes) => ({
    filter_chains: [{ filters: [{ name: "hcm", typed_config: { "@type": MANAGER, scoped_routes } }] }],
  }));
  const { route_scopes, routes } = dumpOf({ static_resources: { listeners } });
  assertSameText(route_scopes, {
    inline_scoped_route_configs: [{
      name: "scopes",
      scoped_route_configs: ["b", "a"].map((name) => ({
        "@type": "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration",
        name,
        key: { fragments: [{ string_key: "1" }] },
        route_configuration: { name: `${name}-routes` },
      })),
      last_updated: "2026-01-29T17:48:45.123Z",
    }],
  });
  assert.deepEqual(routes, {});
});

Deno.test("configDumpOf() leaves out empty lists", () => {
  const { clusters, routes, secrets } = dumpOf({});
  assert.deepEqual([clusters, routes, secrets], [{}, {}, {}]);
});

Deno.test("configDumpOf() makes secrets unreadable, wherever they are", () => {
  const secret = {
    name: "s",
    tls_certificate: {
      certificate_chain: { inline_string: "public" },
      private_key: { inline_string: "SECRET-TEXT" },
      password: { inline_bytes: btoa("SECRET-BYTES") },
    },
  };
  const socket = {
    name: "tls",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
      common_tls_context: { tls_certificates: [{ private_key: { filename: "/SECRET-PATH" } }] },
    },
  };
  const text = JSON.stringify(dumpOf({
    static_resources: { secrets: [secret], clusters: [{ name: "a", transport_socket: socket }] },
  }));
  assert.ok(!text.includes("SECRET"), text);
  assert.ok(!text.includes(btoa("SECRET-BYTES")), text);
  assert.ok(text.includes('"private_key":{"inline_string":"[redacted]"}'), text);
  assert.ok(text.includes('"password":{"inline_bytes":"W3JlZGFjdGVkXQ=="}'), text);
  assert.ok(text.includes("public"), text);
});

Deno.test("configDumpOf() leaves the bootstrap it is given alone", () => {
  const before = structuredClone(BOOTSTRAP);
  configDumpOf(BOOTSTRAP, NODE, LOADED_AT);
  assertSameText(BOOTSTRAP, before);
});
