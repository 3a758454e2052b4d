import assert from "node:assert/strict";
import { addressText } from "./address_text.ts";

Deno.test("addressText has brackets round IPv6, and of a pipe its path", () => {
  assert.equal(addressText({ kind: "ip", host: "10.0.0.7", port: 8080 }), "10.0.0.7:8080");
  assert.equal(addressText({ kind: "ip", host: "fe80::1%eth0", port: 80 }), "[fe80::1%eth0]:80");
  assert.equal(addressText({ kind: "pipe", path: "/run/a.sock" }), "/run/a.sock");
});
