import assert from "node:assert/strict";
import type { ConfigProblem } from "../base/errors.ts";
import { problemText } from "../base/errors.ts";
import type { ReadOptions } from "./message_reader.ts";
import { ProtoJsonReader } from "./proto_json.ts";
import { SourceMap } from "./source_map.ts";
import { parseYaml } from "./yaml.ts";

const STRICT: ReadOptions = { allowUnknownFields: false, tolerateUnknownExtensions: false };
const CLUSTER = "envoy.config.cluster.v3.Cluster";
const NODE = "envoy.config.core.v3.Node";
const RAW_BUFFER = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";

function read(messageName: string, text: string, options = STRICT) {
  const problems: ConfigProblem[] = [], warnings: ConfigProblem[] = [];
  const sourceMap = new SourceMap();
  const tree = new ProtoJsonReader(sourceMap, options, problems, warnings).read(messageName, parseYaml(text));
  return { tree, sourceMap, problems: problems.map(problemText), warnings: warnings.map(problemText) };
}

function treeOf(messageName: string, text: string): unknown {
  const { tree, problems } = read(messageName, text);
  assert.deepEqual(problems, []);
  return tree;
}

Deno.test("ProtoJsonReader takes both spellings and writes snake_case", () => {
  assert.deepEqual(treeOf(CLUSTER, "name: a\nconnectTimeout: 1s\nalt_stat_name: b"), {
    name: "a",
    connect_timeout: "1s",
    alt_stat_name: "b",
  });
});

Deno.test("ProtoJsonReader drops null and zero where unset is the same, and keeps zero where it is not", () => {
  const text =
    'name: ""\nalt_stat_name: ~\nlb_policy: ROUND_ROBIN\nhealth_checks: []\nignore_health_on_host_removal: n\n' +
    "typed_extension_protocol_options: {}\nper_connection_buffer_limit_bytes: 0\ntype: STATIC\nwait_for_warm_on_init: no";
  assert.deepEqual(treeOf(CLUSTER, text), {
    per_connection_buffer_limit_bytes: 0,
    type: "STATIC",
    wait_for_warm_on_init: false,
  });
});

Deno.test("ProtoJsonReader takes one bare value for a list, and lists in lists", () => {
  assert.deepEqual(treeOf(NODE, "client_features: a"), { client_features: ["a"] });
  assert.deepEqual(treeOf(NODE, "client_features: [a, [b, [c]]]"), { client_features: ["a", "b", "c"] });
  assert.deepEqual(treeOf("envoy.config.bootstrap.v3.Bootstrap.StaticResources", "clusters: {name: a}"), {
    clusters: [{ name: "a" }],
  });
});

Deno.test("ProtoJsonReader makes an empty message of a null element, and refuses a null scalar", () => {
  assert.deepEqual(treeOf("envoy.config.bootstrap.v3.Bootstrap.StaticResources", "clusters: [~]"), { clusters: [{}] });
  assert.deepEqual(read(NODE, "client_features: [~]").problems, [
    "client_features[0] (line 1, column 19): found null, wanted a value",
  ]);
});

Deno.test("ProtoJsonReader takes enums by name in any case and by number", () => {
  for (const text of ["MAGLEV", "maglev", "5", '"5"']) {
    assert.deepEqual(treeOf(CLUSTER, `lb_policy: ${text}`), { lb_policy: "MAGLEV" });
  }
  assert.match(read(CLUSTER, "lb_policy: MAGLAV").problems[0]!, /unknown enum value 'MAGLAV' .* did you mean MAGLEV$/);
  assert.match(read(CLUSTER, "lb_policy: 99").problems[0]!, /value must be one of the defined enum values: found 99/);
});

Deno.test("ProtoJsonReader takes wrappers, durations and free-form values in all their forms", () => {
  assert.deepEqual(
    treeOf(CLUSTER, "per_connection_buffer_limit_bytes: {value: 5}\nconnect_timeout: {seconds: 1, nanos: 5}"),
    {
      per_connection_buffer_limit_bytes: 5,
      connect_timeout: "1.000000005s",
    },
  );
  assert.deepEqual(treeOf(NODE, "metadata: {a: 5.5, b: no, c: ~, d: [1, x], e: 5000000000, f: {}}"), {
    metadata: { a: "5.5", b: false, c: null, d: [1, "x"], e: "5000000000", f: {} },
  });
});

Deno.test("ProtoJsonReader names an unknown field's nearest neighbour, and goes on", () => {
  const { problems } = read(CLUSTER, "name: a\nlb_polcy: RANDOM\nconnect_timeout: 5\nzzz: 1");
  assert.deepEqual(problems, [
    `lb_polcy (line 2, column 1): unknown field of ${CLUSTER}, did you mean "lb_policy"`,
    'connect_timeout (line 3, column 18): found 5, wanted a duration in seconds such as "5s" or "0.25s"',
    `zzz (line 4, column 1): unknown field of ${CLUSTER}`,
  ]);
});

Deno.test("ProtoJsonReader only warns of unknown fields and enum names when told to", () => {
  const { tree, problems, warnings } = read(CLUSTER, "lb_polcy: RANDOM\nlb_policy: RNADOM", {
    ...STRICT,
    allowUnknownFields: true,
  });
  assert.deepEqual([tree, problems], [{}, []]);
  assert.deepEqual(warnings, [
    `lb_polcy (line 1, column 1): unknown field of ${CLUSTER}, did you mean "lb_policy": left out`,
    `lb_policy (line 2, column 12): unknown enum value 'RNADOM' of ${CLUSTER}.LbPolicy, did you mean RANDOM: left out`,
  ]);
});

Deno.test("ProtoJsonReader refuses a field given by both spellings and a oneof given twice", () => {
  assert.deepEqual(read(CLUSTER, "connect_timeout: 1s\nconnectTimeout: 2s").problems, [
    'connect_timeout (line 2, column 1): given twice, as "connect_timeout" and "connectTimeout", wanted once',
  ]);
  assert.deepEqual(read(CLUSTER, "ring_hash_lb_config: {}\nmaglev_lb_config: {}").problems, [
    "maglev_lb_config (line 2, column 1): 'maglev_lb_config' has already been set (either directly or as part of a " +
    'oneof): found "ring_hash_lb_config" too, wanted one of them',
  ]);
  assert.deepEqual(read(CLUSTER, "ring_hash_lb_config: {}\nmaglev_lb_config: ~").problems, []);
});

Deno.test("ProtoJsonReader reads an Any by its type, wherever @type stands", () => {
  const socket = "envoy.config.core.v3.TransportSocket";
  const text = `typed_config: {hello: 1, "@type": x/${RAW_BUFFER}}`;
  assert.deepEqual(read(socket, text).problems, [
    `typed_config.hello (line 1, column 16): unknown field of ${RAW_BUFFER} [x/${RAW_BUFFER}]`,
  ]);
  assert.deepEqual(treeOf(socket, "typed_config: {}"), { typed_config: {} });
  assert.match(read(socket, "typed_config: {a: 1}").problems[0]!, /no "@type", wanted/);
  assert.match(read(socket, `typed_config: {"@type": ${RAW_BUFFER}}`).problems[0]!, /wanted "type.googleapis.com\//);
  assert.deepEqual(treeOf(socket, 'typed_config: {"@type": t/google.protobuf.Duration, value: 1.50s}'), {
    typed_config: { "@type": "t/google.protobuf.Duration", value: "1.500s" },
  });
});

Deno.test("ProtoJsonReader points an old type at its successor", () => {
  const text = 'typed_config: {"@type": type.googleapis.com/envoy.config.filter.http.router.v2.Router}';
  assert.match(
    read("envoy.config.core.v3.TransportSocket", text).problems[0]!,
    /could not find @type '.*v2\.Router'.*v2 types are gone: the v3 name is .*envoy\.extensions\.filters\.http\.router\.v3\.Router/,
  );
});

Deno.test("ProtoJsonReader keeps a TypedStruct as written and reads what it stands for", () => {
  const text = `typed_config:
  "@type": type.googleapis.com/xds.type.v3.TypedStruct
  type_url: type.googleapis.com/${CLUSTER}
  value: {name: a, connectTimeout: 2s, lb_polcy: x}
`;
  const { tree, sourceMap, problems } = read("envoy.config.core.v3.TransportSocket", text);
  assert.equal(problems.length, 1);
  assert.match(problems[0]!, /^typed_config\.value\.lb_polcy \(line 4, column \d+\): unknown field of .*Cluster/);
  const any = tree["typed_config"] as Record<string, unknown>;
  assert.deepEqual(any["value"], { name: "a", connectTimeout: "2s", lb_polcy: "x" });
  assert.deepEqual(sourceMap.payload(any), {
    "@type": `type.googleapis.com/${CLUSTER}`,
    name: "a",
    connect_timeout: "2s",
  });
});

Deno.test("ProtoJsonReader keeps a type Envoy does not know when told to", () => {
  const text = 'typed_config: {"@type": t/a.B, x: {y: [1]}}';
  assert.match(read("envoy.config.core.v3.TransportSocket", text).problems[0]!, /could not find @type 't\/a\.B'/);
  const tolerant = read("envoy.config.core.v3.TransportSocket", text, { ...STRICT, tolerateUnknownExtensions: true });
  assert.deepEqual(tolerant.problems, []);
  assert.match(tolerant.warnings[0]!, /not enforced/);
  assert.deepEqual(tolerant.tree, { typed_config: { "@type": "t/a.B", x: { y: [1] } } });
});

Deno.test("ProtoJsonReader says what it found where a message, list or map was wanted", () => {
  const cases: [string, string][] = [
    ["connect_timeout: [1s]", "found a list, wanted one value (google.protobuf.Duration)"],
    ["load_assignment: 5", "found 5, wanted an object of envoy.config.endpoint.v3.ClusterLoadAssignment"],
    ["typed_extension_protocol_options: [1]", "found a list, wanted an object"],
    ["name: {a: 1}", "found an object, wanted a string"],
    ["lb_policy: [1]", "found a list, wanted a value of envoy.config.cluster.v3.Cluster.LbPolicy"],
  ];
  for (const [text, reason] of cases) assert.ok(read(CLUSTER, text).problems[0]!.endsWith(reason), text);
});
