/** Tests of the admin's socket and of who may ask what by path. */

import assert from "node:assert/strict";
import type { PeerAddress } from "../admin/access.ts";
import { AdminSocket, BindError, isLoopback, pathRuleOf, systemReason } from "./admin_socket.ts";

Deno.test("AdminSocket answers on the port the kernel picked and tells where a request came from", async () => {
  const peers: PeerAddress[] = [];
  const socket = new AdminSocket({ kind: "ip", host: "127.0.0.1", port: 0 }, (_, peer) => {
    peers.push(peer);
    return Promise.resolve(new Response("hello"));
  });
  const { host, port } = socket.address;
  assert.equal(await (await fetch(`http://${host}:${port}/`)).text(), "hello");
  assert.deepEqual(peers, [{ kind: "loopback", address: "127.0.0.1" }]);
  await socket.stop();
});

Deno.test("AdminSocket throws BindError in Envoy's words when the address is taken", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  assert.throws(
    () => new AdminSocket({ kind: "ip", host: "127.0.0.1", port }, () => Promise.resolve(new Response())),
    new BindError({ kind: "ip", host: "127.0.0.1", port }, "Address already in use"),
  );
});

Deno.test("AdminSocket.stop() does not wait for an answer that never ends", async () => {
  const open = Promise.withResolvers<void>();
  const socket = new AdminSocket({ kind: "ip", host: "127.0.0.1", port: 0 }, () => {
    const endless = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new Uint8Array([1]));
        open.resolve();
      },
    });
    return Promise.resolve(new Response(endless));
  });
  const { host, port } = socket.address;
  const abort = new AbortController();
  const answer = await fetch(`http://${host}:${port}/`, { signal: abort.signal });
  await open.promise;
  await socket.stop();
  abort.abort();
  await assert.rejects(answer.text());
});

Deno.test("isLoopback() knows loopback in both families", () => {
  for (const host of ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"]) assert.ok(isLoopback(host), host);
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "1127.0.0.1", "::ffff:10.0.0.1"]) assert.ok(!isLoopback(host), host);
});

Deno.test("systemReason() leaves the system's words", () => {
  assert.equal(systemReason(new Error("Address already in use (os error 98)")), "Address already in use");
  assert.equal(
    systemReason(new Error("No such file or directory (os error 2): open '/x'")),
    "No such file or directory",
  );
  assert.equal(systemReason("odd"), "odd");
});

Deno.test("pathRuleOf() allows everything without matchers", () => {
  assert.equal(pathRuleOf([]), null);
});

Deno.test("pathRuleOf() allows what any matcher matches", () => {
  const allows = pathRuleOf([
    { kind: "exact", value: "/ready", ignoreCase: false },
    { kind: "prefix", value: "/stats", ignoreCase: true },
    { kind: "suffix", value: "format=json", ignoreCase: false },
    { kind: "contains", value: "dump", ignoreCase: false },
  ])!;
  for (const path of ["/ready", "/STATS/prometheus", "/listeners?format=json", "/config_dump?mask=a"]) {
    assert.ok(allows(path), path);
  }
  for (const path of ["/ready?x", "/Ready", "/help", "/listeners?format=JSON"]) assert.ok(!allows(path), path);
});
