/** Tests that the runtime's debugger is shut. */

import assert from "node:assert/strict";
import inspector from "node:inspector";
import { DebuggerGuard } from "./runtime_debugger.ts";

Deno.test("DebuggerGuard closes an inspector that opens after a signal", async () => {
  const closed = Promise.withResolvers<void>();
  const guard = new DebuggerGuard(closed.resolve);
  guard.watch();
  inspector.open(0, "127.0.0.1");
  assert.notEqual(inspector.url(), undefined);
  await closed.promise;
  assert.equal(inspector.url(), undefined);
});

Deno.test("DebuggerGuard leaves an inspector alone that was there before it", () => {
  inspector.open(0, "127.0.0.1");
  const guard = new DebuggerGuard(() => assert.fail("closed"));
  guard.watch();
  assert.notEqual(inspector.url(), undefined);
  guard.stop();
  inspector.close();
});

Deno.test("DebuggerGuard.stop() ends the watch", () => {
  const guard = new DebuggerGuard(() => assert.fail("closed"));
  guard.watch();
  guard.stop();
});
