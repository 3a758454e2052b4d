/** A worker that dies is replaced, the others go on (spec/operations.md 1.1, design of the worker pool). */

import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startProxy } from "../support/proxy.ts";

const HELLO = bootstrap({ routes: [directRoute("/", "hello")] });
const HOOKS = { DENVOY_TEST_HOOKS: "1" };

Deno.test("a worker that throws at its top is replaced and its successor listens on the same port", async () => {
  await using proxy = await startProxy({ config: HELLO, concurrency: 1, env: HOOKS });
  const url = proxy.listenerUrl("web");
  assert.equal(await (await fetch(url)).text(), "hello");
  proxy.signal("SIGUSR2");
  await proxy.untilLogged(/worker 0 serves again/);
  assert.equal(await (await fetch(url)).text(), "hello");
  assert.match(proxy.logs(), /\[critical\]\[main\] .*worker 0 died and is being replaced/);
  assert.equal(await proxy.stat("server.worker_restarts"), 1);
  assert.equal(await proxy.stop(), 0);
});

Deno.test("counters do not go down when their worker dies", async () => {
  await using proxy = await startProxy({ config: HELLO, concurrency: 1, env: HOOKS });
  for (let request = 0; request < 5; request++) await (await fetch(proxy.listenerUrl("web"))).text();
  assert.equal(await proxy.stat("http.web.downstream_rq_2xx"), 5);
  proxy.signal("SIGUSR2");
  await proxy.untilLogged(/worker 0 serves again/);
  assert.equal(await proxy.stat("http.web.downstream_rq_2xx"), 5);
  await (await fetch(proxy.listenerUrl("web"))).text();
  assert.equal(await proxy.stat("http.web.downstream_rq_2xx"), 6);
  assert.equal(await proxy.stat("http.web.downstream_cx_active"), 1);
});

Deno.test("every worker in turn can die and the proxy ends cleanly", async () => {
  await using proxy = await startProxy({ config: HELLO, concurrency: 2, env: HOOKS });
  proxy.signal("SIGUSR2");
  await proxy.untilLogged(/worker 1 serves again/);
  proxy.signal("SIGUSR2");
  await proxy.untilLogged(/worker 0 serves again/);
  assert.equal(await (await fetch(proxy.listenerUrl("web"))).text(), "hello");
  assert.equal(await proxy.stat("server.worker_restarts"), 2);
  assert.equal(await proxy.stop(), 0);
});

Deno.test("SIGUSR2 ends the process as the system has it when the hooks are off", async () => {
  await using proxy = await startProxy({ config: HELLO });
  proxy.signal("SIGUSR2");
  assert.equal(await proxy.untilEnded(), 128 + 12);
});
