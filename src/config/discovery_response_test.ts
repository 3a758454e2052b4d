import assert from "node:assert/strict";
import { problemText } from "../base/errors.ts";
import { type ReadResponse, readResponse, type ResponseForm } from "./discovery_response.ts";

const TYPE = "type.googleapis.com/";
const CLUSTER = "envoy.config.cluster.v3.Cluster";
const GOOD = `version_info: "1"\nresources:\n- {"@type": ${TYPE}${CLUSTER}, name: a}\n`;

function read(text: string, form: Partial<ResponseForm> = {}, fileName = "cds.yaml"): ReadResponse {
  return readResponse({ text, fileName }, {
    messageName: CLUSTER,
    refusesUnknownFields: false,
    tolerateUnknownExtensions: false,
    ...form,
  });
}

/** How far it came, and why no further. */
function outcome(text: string, form: Partial<ResponseForm> = {}): string {
  const response = read(text, form);
  return response.kind === "read" ? "read" : `${response.kind}: ${response.problems.map(problemText).join("; ")}`;
}

function cluster(fields: string): string {
  return `${GOOD}- {"@type": ${TYPE}${CLUSTER}, name: b, ${fields}}\n`;
}

Deno.test("readResponse reads YAML, and JSON whose file says nothing", () => {
  const json = JSON.stringify({ version_info: "1", resources: [{ "@type": TYPE + CLUSTER, name: "a" }] });
  for (const [text, name] of [[GOOD, "cds.yaml"], [json, "cds"], [json, "cds.json"], [GOOD, "cds"]] as const) {
    const response = read(text, {}, name);
    assert.equal(response.kind, "read");
    if (response.kind !== "read") continue;
    assert.equal(response.version, "1");
    assert.deepEqual(response.resources.map(({ name, version, message }) => ({ name, version, message })), [
      { name: "a", version: "1", message: { "@type": TYPE + CLUSTER, name: "a" } },
    ]);
  }
});

Deno.test("readResponse takes a response without resources", () => {
  for (const text of ["{}", "resources: []", "type_url: anything"]) {
    const response = read(text);
    assert.deepEqual(response, { kind: "read", version: "", resources: [], unknown: [], warnings: [] });
  }
});

Deno.test("readResponse opens wrappers, whose names count", () => {
  const response = read(`version_info: "7"
resources:
- "@type": ${TYPE}envoy.service.discovery.v3.Resource
  name: outer
  version: "9"
  resource: {"@type": ${TYPE}${CLUSTER}, name: inner}
`);
  assert.ok(response.kind === "read");
  const [resource] = response.resources;
  assert.deepEqual([resource!.name, resource!.version, resource!.message["name"]], ["outer", "7", "inner"]);
});

Deno.test("readResponse takes the name of a resource from the field that has it", () => {
  const messageName = "envoy.config.endpoint.v3.ClusterLoadAssignment";
  const response = read(`resources: [{"@type": ${TYPE}${messageName}, cluster_name: svc}]`, { messageName });
  assert.ok(response.kind === "read");
  assert.equal(response.resources[0]!.name, "svc");
});

Deno.test("readResponse reads nothing of a document that cannot be read", () => {
  const transport = (any: string) => cluster(`transport_socket: {name: x, typed_config: ${any}}`);
  for (
    const [text, reason] of [
      ["", "Cannot read document: it is empty, wanted a mapping"],
      ["a: [", "Cannot read document as YAML: "],
      ["[1]", "found a list, wanted an object of envoy.service.discovery.v3.DiscoveryResponse"],
      ["resources: [5]", "resources[0] (line 1, column 13): found 5, wanted an object of google.protobuf.Any"],
      ["resources: [{name: x}]", `resources[0] (line 1, column 13): cannot read this extension: no "@type"`],
      [`resources: [{"@type": ${TYPE}foo.Bar}]`, `could not find @type '${TYPE}foo.Bar'`],
      [transport(`{"@type": ${TYPE}foo.Bar}`), `could not find @type '${TYPE}foo.Bar'`],
      [cluster("connect_timeout: foo"), "resources[1].connect_timeout (line 4, column "],
    ]
  ) {
    const found = outcome(text!);
    assert.ok(found.startsWith("unreadable: ") && found.includes(reason!), found);
  }
});

Deno.test("readResponse refuses all for one resource that is none of the type or breaks a constraint of its own", () => {
  for (
    const [text, reason] of [
      [
        `${GOOD}- {"@type": ${TYPE}envoy.config.listener.v3.Listener, name: l}\n`,
        `resources[1] (line 4, column 3): Unable to unpack as ${CLUSTER}: found ${TYPE}envoy.config.listener.v3.Listener`,
      ],
      ["resources: [{}]", `resources[0] (line 1, column 13): Unable to unpack as ${CLUSTER}: found an empty Any`],
      [
        `resources: [{"@type": ${TYPE}envoy.service.discovery.v3.Resource, name: a}]`,
        `resources[0].resource (line 1, column 13): Unable to unpack as ${CLUSTER}: found an empty Any`,
      ],
      [
        cluster("connect_timeout: -1s"),
        `resources[1].connect_timeout (line 4, column 92): Invalid duration: Expected positive duration: found "-1s", ` +
        `wanted "0s" or more [${TYPE}${CLUSTER}]`,
      ],
      [
        cluster("connect_timeout: 0s"),
        "resources[1].connect_timeout (line 4, column 75): Proto constraint validation failed (value must be greater " +
        "than 0s: found 0s)",
      ],
      [
        cluster("load_assignment: {endpoints: []}"),
        "resources[1].load_assignment.cluster_name (line 4, column 75): Proto constraint validation failed (value " +
        "length must be at least 1 characters: found 0)",
      ],
    ]
  ) {
    assert.equal(outcome(text!), `refused: ${reason}`);
  }
});

Deno.test("readResponse leaves to each resource what is wrong inside its extensions", () => {
  const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  assert.equal(
    outcome(cluster(`typed_extension_protocol_options: {${options}: {"@type": ${TYPE}${options}}}`)),
    "read",
  );
});

Deno.test("readResponse leaves to each resource what is wrong with its TypedStructs", () => {
  const struct = (value: string) =>
    cluster(`transport_socket: {name: x, typed_config: {"@type": ${TYPE}xds.type.v3.TypedStruct, ${value}}}`);
  const tls = `${TYPE}envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`;
  const at = "transport_socket.typed_config.value";
  for (
    const [text, path, reason] of [
      [struct(`type_url: ${TYPE}foo.Bar, value: {}`), `${at}.type_url`, /could not find @type '.*foo\.Bar'/],
      [struct(`type_url: ${tls}, value: {sni: {}}`), `${at}.sni`, /wanted a string/],
    ] as const
  ) {
    const response = read(text);
    assert.ok(response.kind === "read");
    assert.deepEqual(response.resources.map(({ problems }) => problems.length), [0, 1]);
    const [problem] = response.resources[1]!.problems;
    assert.equal(problem!.path, path);
    assert.match(problem!.reason, reason);
  }
  const sound = read(struct(`type_url: ${tls}, value: {sni: a}`));
  assert.ok(sound.kind === "read");
  assert.deepEqual(sound.resources.map(({ problems }) => problems), [[], []]);
});

Deno.test("readResponse leaves out unknown fields and says so, or refuses all for them", () => {
  const text = cluster("foo: bar, lb_policy: TOSS_UP") + "baz: 1\n";
  const response = read(text);
  assert.ok(response.kind === "read");
  assert.deepEqual(response.resources[1]!.message, { "@type": TYPE + CLUSTER, name: "b" });
  assert.deepEqual(response.unknown.map(({ path }) => path), ["resources[1].foo", "resources[1].lb_policy", "baz"]);
  assert.deepEqual(response.warnings, []);
  assert.match(
    outcome(cluster("foo: bar"), { refusesUnknownFields: true }),
    /^refused: Protobuf message \(type envoy.service.discovery.v3.DiscoveryResponse reason resources\[1\].foo .*: unknown field of envoy.config.cluster.v3.Cluster\) has unknown fields$/,
  );
});

Deno.test("readResponse tolerates extensions that nobody knows when told to, and warns", () => {
  const messageName = "envoy.config.listener.v3.Listener";
  const filter = `{name: x, typed_config: {"@type": ${TYPE}foo.Bar}}`;
  const text = `resources: [{"@type": ${TYPE}${messageName}, filter_chains: [{filters: [${filter}]}]}]`;
  assert.match(outcome(text, { messageName }), /^unreadable/);
  const response = read(text, { messageName, tolerateUnknownExtensions: true });
  assert.ok(response.kind === "read");
  assert.equal(response.warnings.length, 1);
});
