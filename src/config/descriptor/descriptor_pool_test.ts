import assert from "node:assert/strict";
import { descriptorPool } from "./descriptor_pool.ts";

Deno.test("DescriptorPool.message knows a field by both spellings, with number, kind and rules", () => {
  const cluster = descriptorPool.requireMessage("envoy.config.cluster.v3.Cluster");
  const field = cluster.fieldByName.get("connectTimeout");
  assert.equal(field, cluster.fieldByName.get("connect_timeout"));
  assert.equal(field?.number, 4);
  assert.equal(field?.typeName, "google.protobuf.Duration");
  assert.equal(field?.rules.get("gt"), "0");
  assert.equal(cluster.fieldByNumber.get(1)?.name, "name");
});

Deno.test("DescriptorPool.message tells maps, lists, oneofs, deprecation and sensitive fields apart", () => {
  const cluster = descriptorPool.requireMessage("envoy.config.cluster.v3.Cluster");
  const map = cluster.fieldByName.get("typed_extension_protocol_options")!;
  assert.deepEqual([map.mapKeyKind, map.typeName, map.isRepeated], ["string", "google.protobuf.Any", false]);
  assert.equal(cluster.fieldByName.get("health_checks")!.isRepeated, true);
  assert.equal(cluster.fieldByName.get("maglev_lb_config")!.oneof, "lb_config");
  assert.equal(cluster.fieldByName.get("http2_protocol_options")!.isDeprecated, true);
  const source = descriptorPool.requireMessage("envoy.extensions.transport_sockets.tls.v3.TlsCertificate");
  assert.equal(source.fieldByName.get("private_key")!.isSensitive, true);
  const action = descriptorPool.requireMessage("envoy.config.route.v3.Route");
  assert.deepEqual(action.requiredOneofs, ["action"]);
});

Deno.test("DescriptorPool.message has nothing for an enum and for what Envoy does not know", () => {
  assert.equal(descriptorPool.message("envoy.config.cluster.v3.Cluster.LbPolicy"), undefined);
  assert.equal(descriptorPool.message("envoy.nothing.v3.Nothing"), undefined);
});

Deno.test("DescriptorPool.requireEnum lists names and numbers", () => {
  const policy = descriptorPool.requireEnum("envoy.config.cluster.v3.Cluster.LbPolicy");
  assert.equal(policy.valueByNumber.get(5)?.name, "MAGLEV");
});

Deno.test("DescriptorPool reads every type of the table", () => {
  let messages = 0;
  for (const name of descriptorPool.typeNames) {
    const message = descriptorPool.message(name);
    if (message === undefined) {
      assert.ok(descriptorPool.requireEnum(name).values.length > 0, name);
      continue;
    }
    messages++;
    for (const field of message.fields) {
      if (field.kind === "message") assert.ok(descriptorPool.message(field.typeName), `${name}.${field.name}`);
      if (field.kind === "enum") descriptorPool.requireEnum(field.typeName);
    }
  }
  assert.ok(messages > 1200);
});
