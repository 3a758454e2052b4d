/** Scoped routes as they are read: what the snapshot has of them, what is refused and where, what is warned of. */
import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import { loadBootstrap, type LoadedBootstrap } from "../load.ts";

const BUILDER = "scope_key_builder: { fragments: [{ header_value_extractor: { name: X-Key, index: 0 } }] }";
const MANAGER = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config.";
const LIST = "scoped_routes.scoped_route_configurations_list.scoped_route_configurations";

function load(managerFields: readonly string[], allowUnsupported = false): LoadedBootstrap {
  const text = `
static_resources:
  listeners:
  - address: { socket_address: { address: 127.0.0.1, port_value: 10000 } }
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          http_filters: [{ name: router, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }]
${managerFields.map((line) => `          ${line}\n`).join("")}`;
  return loadBootstrap({ file: { text, fileName: "test.yaml" } }, { allowUnsupported });
}

/** `path: reason` of each problem. */
function problemsOf(managerFields: readonly string[], allowUnsupported = false): string[] {
  try {
    load(managerFields, allowUnsupported);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.replace(MANAGER, "")}: ${reason}`);
  }
  return [];
}

function scoped(scopes: readonly string[], builder = BUILDER, more = ""): string[] {
  return [
    `scoped_routes: { name: s, ${builder}, ${more}` +
    `scoped_route_configurations_list: { scoped_route_configurations: [${scopes.join(", ")}] } }`,
  ];
}

function scope(name: string, keys: readonly string[], more = "route_configuration: {}"): string {
  const fragments = keys.map((key) => `{ string_key: "${key}" }`);
  return `{ name: ${name}, key: { fragments: [${fragments.join(", ")}] }, ${more} }`;
}

function extractor(...fields: readonly string[]): string {
  const fragments = fields.map((field) => `{ header_value_extractor: { name: x, ${field} } }`);
  return `scope_key_builder: { fragments: [${fragments.join(", ")}] }`;
}

const routes = (cluster: string) =>
  `route_configuration: { name: r, virtual_hosts: [{ name: v, domains: ["*"], ` +
  `routes: [{ match: { prefix: / }, route: { cluster: ${cluster} } }] }] }`;

function managerOf({ snapshot }: LoadedBootstrap) {
  return snapshot.listeners[0]!.filterChains[0]!.filters[0]!;
}

Deno.test("scoped routes are read as they are written", () => {
  const builder = extractor(
    "index: 0",
    "element_separator: ',', index: 3",
    "element_separator: ';', element: { separator: '=', key: k }",
  ).replace("name: x", 'name: ":authority"');
  const { scopedRoutes, routeConfig } = managerOf(load(scoped([scope("a", ["1", "", "3"])], builder)));
  assert.deepEqual(scopedRoutes!.fragments, [
    { header: "host", elementSeparator: "", choice: { kind: "index", index: 0 } },
    { header: "x", elementSeparator: ",", choice: { kind: "index", index: 3 } },
    { header: "x", elementSeparator: ";", choice: { kind: "element", separator: "=", key: "k" } },
  ]);
  assert.deepEqual(scopedRoutes!.scopes, [{ name: "a", key: ["1", "", "3"], routeConfig }]);
  assert.deepEqual(routeConfig.virtualHosts, []);
  assert.ok(Object.isFrozen(scopedRoutes!.scopes[0]!.key));
  assert.deepEqual(structuredClone(scopedRoutes), scopedRoutes);
});

Deno.test("a connection manager without scopes has none", () => {
  assert.equal(managerOf(load(["route_config: {}"])).scopedRoutes, null);
});

Deno.test("what is fetched elsewhere has no effect on scopes that are written down", () => {
  const settled = scoped(
    [scope("a", ["1"], "on_demand: true, route_configuration: {}")],
    BUILDER,
    "rds_config_source: { ads: {} }, ",
  );
  const loaded = load(settled);
  assert.equal(managerOf(loaded).scopedRoutes!.scopes.length, 1);
  assert.deepEqual(loaded.warnings, []);
});

const refused: readonly (readonly [name: string, fields: readonly string[], problems: readonly string[]])[] = [
  ["a fragment that says no element", scoped([scope("a", ["1"])], extractor("element_separator: ','")), [
    "scoped_routes.scope_key_builder.fragments[0].header_value_extractor: " +
    "HeaderValueExtractor extract_type not set: wanted one of index, element",
  ]],
  ["an index without a separator", scoped([scope("a", ["1"])], extractor("index: 0", "index: 2")), [
    "scoped_routes.scope_key_builder.fragments[1].header_value_extractor.index: " +
    "Index > 0 for empty string element separator: found 2",
  ]],
  ["an index and an element", scoped([scope("a", ["1"])], extractor("index: 0, element: { separator: '=', key: k }")), [
    "scoped_routes.scope_key_builder.fragments[0].header_value_extractor.element: 'element' has already been set " +
    '(either directly or as part of a oneof): found "index" too, wanted one of them',
  ]],
  ["a key of an element without text", scoped([scope("a", ["1"])], extractor("element: {}")), [
    "scoped_routes.scope_key_builder.fragments[0].header_value_extractor.element.separator: " +
    "value length must be at least 1 characters: found 0",
    "scoped_routes.scope_key_builder.fragments[0].header_value_extractor.element.key: " +
    "value length must be at least 1 characters: found 0",
  ]],
  ["no fragments", scoped([scope("a", ["1"])], "scope_key_builder: {}"), [
    "scoped_routes.scope_key_builder.fragments: value must contain at least 1 item(s): found 0",
  ]],
  ["a scope with an empty key", scoped([scope("a", [])]), [
    `${LIST}[0].key.fragments: value must contain at least 1 item(s): found 0`,
  ]],
  ["a list without scopes", scoped([]), [`${LIST}: value must contain at least 1 item(s): found 0`]],
  ["a scope without routes", scoped([scope("a", ["1"], ""), scope("b", ["2"])]), [
    `${LIST}[0]: You must specify a route_configuration with inline scoped routes.`,
  ]],
  ["a scope whose routes are fetched", scoped([scope("a", ["1"], "route_configuration_name: r")]), [
    `${LIST}[0].route_configuration_name: ` +
    "Fetching routes via RDS (route_configuration_name) is not supported with inline scoped routes.",
  ]],
  ["a scope with both", scoped([scope("a", ["1"], "route_configuration_name: r, route_configuration: {}")]), [
    `${LIST}[0].route_configuration_name: ` +
    "Fetching routes via RDS (route_configuration_name) is not supported with inline scoped routes.",
  ]],
  ["a cluster that is not there", scoped([scope("a", ["1"]), scope("b", ["2"], routes("zz"))]), [
    `${LIST}[1].route_configuration.virtual_hosts[0].routes[0].route.cluster: route: unknown cluster 'zz'`,
  ]],
  ["a domain twice", [
    ...scoped([
      scope("a", ["1"], 'route_configuration: { name: r, virtual_hosts: [{ name: v, domains: ["*", "*"] }] }'),
    ]),
  ], [
    `${LIST}[0].route_configuration.virtual_hosts[0].domains[1]: ` +
    "Only a single wildcard domain is permitted in route r",
  ]],
  ["neither scopes nor routes", [], [
    `${MANAGER.slice(0, -1)}: ` +
    "route_specifier is required: found none of its fields, wanted one of rds, route_config, scoped_routes",
  ]],
  ["scopes beside routes", ["route_config: {}", ...scoped([scope("a", ["1"])])], [
    "scoped_routes: 'scoped_routes' has already been set (either directly or as part of a oneof): " +
    'found "route_config" too, wanted one of them',
  ]],
];

for (const [name, fields, problems] of refused) {
  Deno.test(`${name} is refused where it stands`, () => assert.deepEqual(problemsOf(fields), problems));
}

Deno.test("scopes that are fetched are not supported yet, and cannot be left out", () => {
  const fetched = [`scoped_routes: { name: s, ${BUILDER}, scoped_rds: { scoped_rds_config_source: { ads: {} } } }`];
  for (const allowUnsupported of [false, true]) {
    assert.deepEqual(problemsOf(fetched, allowUnsupported), [
      "scoped_routes.scoped_rds: field of envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes is " +
      "known to Envoy, not supported yet",
    ]);
  }
});

Deno.test("of scopes that get in each other's way the later ones count, with a warning", () => {
  const loaded = load(scoped([
    scope("a", ["1"]),
    scope("b", ["1"]),
    scope("c", ["2"]),
    scope("c", ["3"]),
    scope("d", ["4"]),
    scope("e", ["4"]),
    scope("d", ["5"]),
    scope("f", ["6", "7"]),
  ]));
  const { scopes } = managerOf(loaded).scopedRoutes!;
  assert.deepEqual(scopes.map(({ name, key }) => `${name}: ${key}`), ["b: 1", "c: 3", "d: 5", "f: 6,7"]);
  assert.deepEqual(loaded.warnings.map(({ path, reason }) => `${path.replace(MANAGER + LIST, "")} ${reason}`), [
    "[1].key scope key conflict found, first scope is 'a', second scope is 'b': the second one is taken, as in Envoy",
    "[3].name second scope named 'c': the earlier one is not found any more, as in Envoy",
    "[5].key scope key conflict found, first scope is 'd', second scope is 'e': the second one is taken, as in Envoy",
    "[6].name second scope named 'd': the earlier one is not found any more, as in Envoy",
    "[7].key.fragments no request has a key of this length: found 2 fragments, wanted 1",
  ]);
});

Deno.test("what the routes of a scope say of no filter of the chain has no effect, with a warning", () => {
  const config = `{ "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true }`;
  const { warnings } = load(
    scoped([scope("a", ["1"], `route_configuration: { typed_per_filter_config: { zz: ${config} } }`)]),
  );
  assert.deepEqual(warnings.map(({ path, reason }) => `${path.replace(MANAGER + LIST, "")}: ${reason}`), [
    "[0].route_configuration.typed_per_filter_config.zz: " +
    "no HTTP filter of this chain is named 'zz', wanted router: has no effect",
  ]);
});
