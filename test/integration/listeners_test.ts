/** Where listeners listen: ports that the kernel picks, several addresses, unix sockets, addresses that are taken. */

import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { runDenvoy, startProxy } from "../support/proxy.ts";

const ROUTES = [directRoute("/", "hello")];
const ANY_PORT = "{ socket_address: { address: 127.0.0.1, port_value: 0 } }";

/** Sends one request over a connection and returns the response as text. */
async function ask(connection: Deno.Conn): Promise<string> {
  await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
  const text = await new Response(connection.readable).text();
  return text;
}

/** A port that is taken until the scope ends. */
function takenPort(): Deno.Listener & { readonly addr: Deno.NetAddr } {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 }) as Deno.Listener & { readonly addr: Deno.NetAddr };
}

Deno.test("a listener on port 0 listens on one port in all workers", async () => {
  await using proxy = await startProxy({ config: bootstrap({ routes: ROUTES }), concurrency: 3 });
  const [address] = proxy.listenerAddresses("web");
  assert.match(address!, /^127\.0\.0\.1:[1-9]\d*$/);
  for (let request = 0; request < 20; request++) {
    assert.equal(await (await fetch(`http://${address}/`, { headers: { connection: "close" } })).text(), "hello");
  }
  assert.equal(await proxy.stat("http.web.downstream_rq_2xx"), 20);
});

Deno.test("a listener listens on all its addresses", async () => {
  const listenerFields = [`additional_addresses: [{ address: ${ANY_PORT} }, { address: ${ANY_PORT} }]`];
  await using proxy = await startProxy({ config: bootstrap({ routes: ROUTES, listenerFields }), concurrency: 2 });
  const addresses = proxy.listenerAddresses("web");
  assert.equal(new Set(addresses).size, 3);
  for (const address of addresses) assert.equal(await (await fetch(`http://${address}/`)).text(), "hello");
});

Deno.test("a listener without reuse_port has one socket, in worker 0", async () => {
  const config = bootstrap({ routes: ROUTES, listenerFields: ["enable_reuse_port: false"] });
  await using proxy = await startProxy({ config, concurrency: 2 });
  for (let request = 0; request < 10; request++) {
    const answer = await fetch(proxy.listenerUrl("web"), { headers: { connection: "close" } });
    assert.equal(await answer.text(), "hello");
  }
  const [address] = proxy.listenerAddresses("web");
  const prefix = `listener.${address!.replace(":", "_")}`;
  assert.equal(await proxy.stat(`${prefix}.worker_1.downstream_cx_total`), 0);
});

Deno.test("a listener on a unix socket serves, and takes over the file a dead process left", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/web.sock`;
  try {
    const config = bootstrap({ routes: ROUTES, address: `{ pipe: { path: ${path} } }` });
    {
      await using first = await startProxy({ config, concurrency: 2 });
      assert.deepEqual(first.listenerAddresses("web"), [path]);
      assert.match(await ask(await Deno.connect({ transport: "unix", path })), /^HTTP\/1\.1 200 .*hello$/s);
    } // killed: nobody removed the file
    await using second = await startProxy({ config });
    assert.match(await ask(await Deno.connect({ transport: "unix", path })), /^HTTP\/1\.1 200 .*hello$/s);
    assert.equal(await second.stop(), 0);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("an address that is taken is a start error in Envoy's words", async () => {
  using taken = takenPort();
  const address = `{ socket_address: { address: 127.0.0.1, port_value: ${taken.addr.port} } }`;
  const config = bootstrap({ routes: ROUTES, address });
  const { code, stderr } = await runDenvoy(["--config-yaml", config, "--concurrency", "2"]);
  const reason = `cannot bind '127.0.0.1:${taken.addr.port}': Address already in use`;
  assert.equal(code, 1);
  assert.ok(stderr.includes(`listener 'web' failed to bind or apply socket options: ${reason}`), stderr);
  assert.ok(stderr.includes(`error \`${reason}\` initializing config ''`), stderr);
  assert.ok(stderr.endsWith(`\n${reason}\n`), stderr);
});

Deno.test("all addresses that are taken are reported together", async () => {
  using one = takenPort();
  using two = takenPort();
  const at = (port: number) => `{ socket_address: { address: 127.0.0.1, port_value: ${port} } }`;
  const config = bootstrap({
    routes: ROUTES,
    address: at(one.addr.port),
    listenerFields: [`additional_addresses: [{ address: ${at(two.addr.port)} }]`],
  });
  const { code, stderr } = await runDenvoy(["--config-yaml", config]);
  assert.equal(code, 1);
  for (const { addr } of [one, two]) assert.ok(stderr.includes(`cannot bind '127.0.0.1:${addr.port}'`), stderr);
});

Deno.test("an admin address that is taken is a start error", async () => {
  using taken = takenPort();
  const config = bootstrap({ routes: ROUTES }).replace("port_value: 0", `port_value: ${taken.addr.port}`);
  const { code, stderr } = await runDenvoy(["--config-yaml", config]);
  assert.equal(code, 1);
  assert.ok(stderr.endsWith(`\ncannot bind '127.0.0.1:${taken.addr.port}': Address already in use\n`), stderr);
});

Deno.test("two processes may share an address", async () => {
  await using first = await startProxy({ config: bootstrap({ routes: [directRoute("/", "first")] }) });
  const port = new URL(first.listenerUrl("web")).port;
  const address = `{ socket_address: { address: 127.0.0.1, port_value: ${port} } }`;
  await using second = await startProxy({ config: bootstrap({ routes: [directRoute("/", "second")], address }) });
  assert.equal(await first.stop(), 0);
  const answer = await fetch(second.listenerUrl("web"), { headers: { connection: "close" } });
  assert.equal(await answer.text(), "second");
});
