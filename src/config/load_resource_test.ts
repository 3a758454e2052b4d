import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { readResponse, type ReceivedResource } from "./discovery_response.ts";
import { type LoadedResource, ResourceLoader, type ResourceOptions, ResourceType } from "./load_resource.ts";

const TYPE = "type.googleapis.com/";
const HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER = `{name: r, typed_config: {"@type": ${TYPE}envoy.extensions.filters.http.router.v3.Router}}`;
const ROUTES = `virtual_hosts: [{name: v, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: nope}}]}]`;

const loader = new ResourceLoader();
const noClusters = { isKnown: () => false };
const allClusters = { isKnown: () => true };

/** Resources of a response, fields in flow style. */
function resources(messageName: string, ...fields: string[]): readonly ReceivedResource[] {
  const lines = fields.map((text) => `- {"@type": ${TYPE}${messageName}, ${text}}\n`);
  const response = readResponse({ text: `version_info: "3"\nresources:\n${lines.join("")}`, fileName: "x.yaml" }, {
    messageName,
    refusesUnknownFields: false,
    tolerateUnknownExtensions: false,
  });
  assert.ok(response.kind === "read", JSON.stringify(response));
  return response.resources;
}

function resource(messageName: string, fields: string): ReceivedResource {
  return resources(messageName, fields)[0]!;
}

/** What is wrong with it. */
function refusals(load: () => LoadedResource<unknown>): string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`);
  }
}

function clusterRefusals(fields: string, options: ResourceOptions = {}): string[] {
  return refusals(() => new ResourceLoader(options).cluster(resource(ResourceType.cluster, fields)));
}

function listener(fields: string, managerFields: string): ReceivedResource {
  const chain = `filter_chains: [{filters: [{name: h, typed_config: {"@type": ${TYPE}${HCM}, stat_prefix: s, ` +
    `${managerFields}, http_filters: [${ROUTER}]}}]}]`;
  return resource(ResourceType.listener, `${fields}, ${chain}`);
}

Deno.test("ResourceLoader reads a cluster, frozen and plain", () => {
  const { config, warnings } = loader.cluster(resource(ResourceType.cluster, "name: a, connectTimeout: 0.5s"));
  assert.deepEqual([config.name, config.connectTimeoutMs, config.discovery], ["a", 500, { kind: "static" }]);
  assert.deepEqual(warnings, []);
  assert.ok(Object.isFrozen(config.circuitBreakers.default));
  assert.deepEqual(structuredClone(config), config);
});

Deno.test("ResourceLoader refuses one cluster of a response and takes the others", () => {
  const host = "load_assignment: {cluster_name: x, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: " +
    "{address: foo, port_value: 1}}}}]}]}";
  const [first, second, third] = resources(ResourceType.cluster, "name: a", `name: b, ${host}`, "name: c, type: EDS");
  assert.deepEqual(refusals(() => loader.cluster(first!)), []);
  assert.deepEqual(refusals(() => loader.cluster(second!)), [
    "load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address: malformed IP address: foo. " +
    "Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'",
  ]);
  assert.deepEqual(refusals(() => loader.cluster(third!)), [": cannot create an EDS cluster without an EDS config"]);
});

Deno.test("ResourceLoader knows the place of a problem in the text", () => {
  try {
    loader.cluster(resources(ResourceType.cluster, "name: a", "name: b, type: ORIGINAL_DST")[1]!);
    assert.fail("taken");
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems.map(({ path, line, column }) => [path, line, column]), [["type", 4, 75]]);
  }
});

Deno.test("ResourceLoader refuses a cluster for a broken constraint inside an extension", () => {
  const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const [problem] = clusterRefusals(
    `name: a, typed_extension_protocol_options: {${options}: {"@type": ${TYPE}${options}}}`,
  );
  assert.match(problem!, /upstream_protocol_options is required/);
});

Deno.test("ResourceLoader refuses a cluster for what its TypedStruct stands for", () => {
  const struct = `{"@type": ${TYPE}xds.type.v3.TypedStruct, type_url: ${TYPE}foo.Bar, value: {}}`;
  const [problem, ...others] = clusterRefusals(`name: a, transport_socket: {name: x, typed_config: ${struct}}`);
  assert.match(problem!, /^transport_socket\.typed_config\.value\.type_url: could not find @type '.*foo\.Bar'/);
  assert.deepEqual(others, []);
});

Deno.test("ResourceLoader asks for the files that a cluster's endpoints come from", () => {
  const eds = "name: a, type: EDS, eds_cluster_config: {eds_config: {path_config_source: {path: /e.yaml}}}";
  assert.deepEqual(clusterRefusals(eds, { pathExists: (path) => path === "/e.yaml" }), []);
  assert.deepEqual(clusterRefusals(eds), [
    "eds_cluster_config.eds_config.path_config_source.path: paths must refer to an existing path in the system: " +
    "'/e.yaml' does not exist",
  ]);
});

Deno.test("ResourceLoader leaves out what is not supported when told to, and warns", () => {
  const cluster = resource(
    ResourceType.cluster,
    "name: a, upstream_bind_config: { source_address: { address: 127.0.0.2, port_value: 0 } }",
  );
  assert.match(refusals(() => loader.cluster(cluster))[0]!, /^upstream_bind_config: field of .* is known to Envoy/);
  const { config, warnings } = new ResourceLoader({ allowUnsupported: true }).cluster(cluster);
  assert.equal(config.name, "a");
  assert.deepEqual(warnings.map(({ path }) => path), ["upstream_bind_config"]);
});

Deno.test("ResourceLoader refuses a listener whose own routes name a cluster that is not known", () => {
  const address = "name: l, address: {socket_address: {address: 127.0.0.1, port_value: 0}}";
  const inline = listener(address, `route_config: {name: rc, ${ROUTES}}`);
  const where = "filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].routes[0].route.cluster";
  assert.deepEqual(refusals(() => loader.listener(inline, noClusters)), [`${where}: route: unknown cluster 'nope'`]);
  assert.deepEqual(loader.listener(inline, allClusters).config.name, "l");
  const unchecked = listener(address, `route_config: {name: rc, validate_clusters: false, ${ROUTES}}`);
  assert.deepEqual(refusals(() => loader.listener(unchecked, noClusters)), []);
});

Deno.test("ResourceLoader refuses a listener in Envoy's words", () => {
  const address = "address: {socket_address: {address: 127.0.0.1, port_value: 0}}";
  for (
    const [fields, problem] of [
      ["name: q", ": error adding listener named 'q': address is necessary"],
      [`name: q, ${address}`, ": error adding listener '127.0.0.1:0': no filter chains specified"],
    ]
  ) {
    const read = resource(ResourceType.listener, fields!);
    assert.deepEqual(refusals(() => loader.listener(read, allClusters)), [problem]);
  }
  const rds = listener(`name: q, ${address}`, "rds: {config_source: {path_config_source: {path: /none}}}");
  assert.deepEqual(refusals(() => loader.listener(rds, allClusters)), [
    "filter_chains[0].filters[0].typed_config.rds.config_source.path_config_source.path: paths must refer to an " +
    "existing path in the system: '/none' does not exist",
  ]);
});

Deno.test("ResourceLoader reads a listener whose filter came in a TypedStruct", () => {
  const manager = `{stat_prefix: s, route_config: {name: rc}, http_filters: [${ROUTER}]}`;
  const struct = `{"@type": ${TYPE}xds.type.v3.TypedStruct, type_url: ${TYPE}${HCM}, value: ${manager}}`;
  const read = resource(
    ResourceType.listener,
    "name: l, address: {socket_address: {address: 127.0.0.1, port_value: 0}}, " +
      `filter_chains: [{filters: [{name: h, typed_config: ${struct}}]}]`,
  );
  assert.equal(loader.listener(read, allClusters).config.filterChains[0]!.filters[0]!.statPrefix, "s");
});

Deno.test("ResourceLoader looks for the clusters of fetched routes only when they say so", () => {
  const routes = (fields: string) => resource(ResourceType.routes, `name: rc, ${fields}`);
  assert.equal(loader.routes(routes(ROUTES), noClusters).config.virtualHosts.length, 1);
  const checked = routes(`${ROUTES}, validate_clusters: true`);
  assert.deepEqual(refusals(() => loader.routes(checked, noClusters)), [
    "virtual_hosts[0].routes[0].route.cluster: route: unknown cluster 'nope'",
  ]);
  assert.deepEqual(refusals(() => loader.routes(checked, allClusters)), []);
  const twice = routes(`virtual_hosts: [{name: v, domains: ["*"]}, {name: w, domains: ["*"]}]`);
  assert.deepEqual(refusals(() => loader.routes(twice, noClusters)), [
    "virtual_hosts[1].domains[0]: Only a single wildcard domain is permitted in route rc",
  ]);
});

Deno.test("ResourceLoader reads endpoints", () => {
  const host = (address: string) =>
    `{endpoint: {address: {socket_address: {address: ${address}, port_value: 1}}}, health_status: DRAINING}`;
  const endpoints = (address: string) =>
    resource(
      ResourceType.endpoints,
      `cluster_name: svc, policy: {endpoint_stale_after: 2s, overprovisioning_factor: 100}, ` +
        `endpoints: [{priority: 1, lb_endpoints: [${host(address)}]}]`,
    );
  const { config } = loader.endpoints(endpoints("127.0.0.1"));
  assert.deepEqual([config.clusterName, config.staleAfterMs], ["svc", 2000]);
  assert.equal(config.assignment.policy.overprovisioningFactor, 100);
  const [endpoint] = config.assignment.endpoints;
  assert.deepEqual([endpoint!.priority, endpoint!.healthStatus], [1, "DRAINING"]);
  assert.ok(Object.isFrozen(endpoint));
  assert.match(refusals(() => loader.endpoints(endpoints("foo")))[0]!, /^endpoints\[0\].*malformed IP address: foo/);
});

Deno.test("ResourceLoader reads runtime values as they are written", () => {
  const { config } = loader.runtime(resource(ResourceType.runtime, "name: rt, layer: {foo: 1, a: {b: 'x'}}"));
  assert.deepEqual(config, { name: "rt", values: { foo: 1, a: { b: "x" } } });
  for (const value of ["[1]", "{c: ~}"]) {
    const read = resource(ResourceType.runtime, `name: rt, layer: {bar: ${value}}`);
    assert.match(refusals(() => loader.runtime(read))[0]!, /Invalid runtime entry value for bar/);
  }
});
