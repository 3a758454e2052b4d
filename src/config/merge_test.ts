import assert from "node:assert/strict";
import { mergeMessage } from "./merge.ts";
import { ProtoJsonReader } from "./proto_json.ts";
import { SourceMap } from "./source_map.ts";
import { parseYaml } from "./yaml.ts";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";

function merged(base: string, overlay: string) {
  const sourceMap = new SourceMap();
  const read = (text: string) =>
    new ProtoJsonReader(sourceMap, { allowUnknownFields: false, tolerateUnknownExtensions: false }, [], [])
      .read(BOOTSTRAP, parseYaml(text));
  const tree = read(base);
  mergeMessage(BOOTSTRAP, tree, read(overlay), sourceMap);
  return { tree, sourceMap };
}

Deno.test("mergeMessage replaces scalars, merges messages and appends lists", () => {
  const { tree } = merged(
    "node: {id: a, cluster: b, client_features: [x]}\nstats_flush_interval: 1s",
    "node: {id: c, client_features: [y]}\nstats_flush_interval: 2s",
  );
  assert.deepEqual(tree, {
    node: { id: "c", cluster: "b", client_features: ["x", "y"] },
    stats_flush_interval: "2s",
  });
});

Deno.test("mergeMessage merges maps and Structs by key", () => {
  const { tree } = merged("node: {metadata: {a: {x: 1}, b: 2}}", "node: {metadata: {a: {y: 1}, c: 3}}");
  assert.deepEqual(tree, { node: { metadata: { a: { y: 1 }, b: 2, c: 3 } } });
});

Deno.test("mergeMessage replaces an Any whole, and the other member of a oneof", () => {
  const any = (fields: string) =>
    `default_regex_engine: {name: a, typed_config: {"@type": t/envoy.config.core.v3.Node, ${fields}}}`;
  assert.deepEqual(merged(any("id: a, cluster: b"), any("id: c")).tree, {
    default_regex_engine: { name: "a", typed_config: { "@type": "t/envoy.config.core.v3.Node", id: "c" } },
  });
  const address = (kind: string) => `admin: {address: {${kind}}}`;
  assert.deepEqual(merged(address("pipe: {path: /x}"), address("socket_address: {address: 1.1.1.1}")).tree, {
    admin: { address: { socket_address: { address: "1.1.1.1" } } },
  });
});

Deno.test("mergeMessage brings the places along", () => {
  const { tree, sourceMap } = merged(
    "static_resources:\n  clusters:\n  - name: a",
    "static_resources:\n\n  clusters:\n  - name: b",
  );
  const found = sourceMap.locate(tree, ["static_resources", "clusters", 1, "name"]);
  assert.deepEqual(found.position, { line: 4, column: 5 });
  const first = sourceMap.locate(tree, ["static_resources", "clusters", 0, "name"]);
  assert.deepEqual(first.position, { line: 3, column: 5 });
});
