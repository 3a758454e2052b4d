import assert from "node:assert/strict";
import { descriptorPool } from "./descriptor/descriptor_pool.ts";
import { inertField, inertFieldNames } from "./inert_fields.ts";
import { INERT_MESSAGES } from "./inert_messages.ts";

Deno.test("every inert field exists in Envoy's API", () => {
  for (const [message, field] of inertFieldNames()) {
    assert.ok(descriptorPool.requireMessage(message).fieldByName.has(field), `${message}.${field}`);
  }
});

Deno.test("inertField takes a field only with a value that changes nothing", () => {
  const listener = "envoy.config.listener.v3.Listener";
  assert.equal(inertField(listener, "bind_to_port", false), undefined);
  assert.equal(inertField(listener, "bind_to_port", true)?.isNoticeable, false);
  assert.equal(inertField(listener, "freebind", true)?.isNoticeable, true);
  assert.equal(inertField(listener, "filter_chains", []), undefined);
});

Deno.test("inert messages are unknown to Envoy and keep nobody out", () => {
  for (const name of INERT_MESSAGES.keys()) {
    assert.equal(descriptorPool.message(name), undefined, name);
    assert.doesNotMatch(name, /auth|rbac|jwt|tls/i);
  }
});
