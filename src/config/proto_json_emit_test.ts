import assert from "node:assert/strict";
import { emitProtoJson } from "./proto_json_emit.ts";

Deno.test("emitProtoJson writes fields in order of their numbers and leaves zeros out", () => {
  const emitted = emitProtoJson("envoy.config.cluster.v3.Cluster", {
    load_assignment: { endpoints: [], cluster_name: "a" },
    lb_policy: "ROUND_ROBIN",
    connect_timeout: "1s",
    type: "STATIC",
    per_connection_buffer_limit_bytes: 0,
    name: "a",
    unknown: 1,
  });
  assert.equal(
    JSON.stringify(emitted),
    '{"name":"a","type":"STATIC","connect_timeout":"1s","per_connection_buffer_limit_bytes":0,' +
      '"load_assignment":{"cluster_name":"a"}}',
  );
});

Deno.test("emitProtoJson writes 64-bit integers as strings, bytes as base64 and enters Anys and maps", () => {
  assert.deepEqual(emitProtoJson("google.protobuf.Any", {}), {});
  assert.deepEqual(emitProtoJson("envoy.config.core.v3.DataSource", { inline_bytes: new Uint8Array([104, 105]) }), {
    inline_bytes: "aGk=",
  });
  assert.deepEqual(emitProtoJson("envoy.admin.v3.SimpleMetric", { value: 5, name: "x" }), { value: "5", name: "x" });
  assert.deepEqual(
    emitProtoJson("envoy.config.core.v3.TypedExtensionConfig", {
      typed_config: { "@type": "t/envoy.config.core.v3.Node", cluster: "", id: "a" },
      name: "x",
    }),
    { name: "x", typed_config: { "@type": "t/envoy.config.core.v3.Node", id: "a" } },
  );
});
