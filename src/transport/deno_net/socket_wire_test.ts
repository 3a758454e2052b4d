import assert from "node:assert/strict";
import { transportAddress } from "./socket_wire.ts";

Deno.test("transportAddress() has an IPv4 address in its own form, and a unix socket by its path", () => {
  const tcp = (hostname: string) => transportAddress({ transport: "tcp", hostname, port: 7 });
  assert.deepEqual(tcp("192.0.2.1"), { kind: "ip", host: "192.0.2.1", port: 7 });
  assert.deepEqual(tcp("::ffff:192.0.2.1"), { kind: "ip", host: "192.0.2.1", port: 7 });
  assert.deepEqual(tcp("::1"), { kind: "ip", host: "::1", port: 7 });
  assert.deepEqual(tcp("2001:db8::ffff:102:304"), { kind: "ip", host: "2001:db8::ffff:102:304", port: 7 });
  assert.deepEqual(transportAddress({ transport: "unix", path: "/run/x" }), { kind: "pipe", path: "/run/x" });
});
