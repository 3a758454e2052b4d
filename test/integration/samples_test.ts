/** The sample configurations serve what their comments say, with ports and hosts of the test's own. */
import assert from "node:assert/strict";
import { REPOSITORY } from "../support/programs.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw, startRawOrigin } from "../support/raw_h1.ts";
import { WebSocketEcho } from "../support/websocket_echo.ts";
import { frame, Opcode } from "../support/websocket_frames.ts";
import { playWebSocket } from "../support/websocket_talk.ts";

/** A sample whose own ports are the kernel's to pick and whose hosts are on the given ports. */
async function sample(name: string, ports: Readonly<Record<number, number>>): Promise<string> {
  const text = await Deno.readTextFile(`${REPOSITORY}config/${name}`);
  return text.replaceAll(
    /address: [\w.]+, port_value: (\d+)/g,
    (_, port) => `address: 127.0.0.1, port_value: ${ports[Number(port)] ?? 0}`,
  );
}

Deno.test("demo.yaml serves its routes from two hosts each", async () => {
  await using web1 = startOrigin(() => new Response("web-1"));
  await using web2 = startOrigin(() => new Response("web-2"));
  await using api1 = startOrigin(() => new Response("api-1"));
  await using api2 = startOrigin(() => new Response("api-2"));
  const config = await sample("demo.yaml", {
    10001: web1.port,
    10002: web2.port,
    10003: api1.port,
    10004: api2.port,
  });
  await using proxy = await startProxy({ config });
  const ask = (path: string) => askRaw(proxy.listenerUrl("demo"), `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  assert.equal((await ask("/about")).body, "denvoy answers this itself\n");
  for (const [path, cluster] of [["/", "web"], ["/anything", "web"], ["/api/users", "api"], ["/api", "web"]] as const) {
    const bodies = [(await ask(path)).body, (await ask(path)).body].sort();
    assert.deepEqual(bodies, [`${cluster}-1`, `${cluster}-2`], path);
  }
  assert.equal(api1.requests[0]!.path, "/api/users");
});

Deno.test("edge_http.yaml serves two sites and logs to standard output", async () => {
  await using origin = startOrigin((request) => new Response(new URL(request.url).pathname));
  const text = await sample("edge_http.yaml", {});
  // Both clusters have one origin here; listener and admin keep port 0.
  const [listeners, clusters] = text.split("\n  clusters:\n");
  const config = `${listeners}\n  clusters:\n${clusters!.replaceAll("port_value: 0", `port_value: ${origin.port}`)}`;
  await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
  const ask = (host: string, path: string) =>
    askRaw(proxy.listenerUrl("edge"), `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  assert.equal((await ask("shop.example", "/cart")).body, "/cart");
  assert.equal((await ask("www.shop.example", "/v1/orders/7")).body, "/orders/7");
  assert.equal((await ask("other.example", "/healthz")).body, "ok\n");
  const missing = await ask("other.example", "/");
  assert.equal(missing.status, 404);
  assert.equal(missing.body, "No such site here\n");
  await proxy.untilPrinted(/"GET \/v1\/orders\/7 HTTP\/1\.1" 200 /);
});

Deno.test("websocket.yaml lets WebSockets pass but on one path, and opens tunnels to one host", async () => {
  await using echo = await WebSocketEcho.start();
  await using database = startRawOrigin(async (connection) => {
    await connection.send(`you said ${await connection.read(5)}`);
  });
  const config = await sample("websocket.yaml", { 8081: echo.port, 5432: database.port });
  await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
  const port = Number(new URL(proxy.listenerUrl("web")).port);
  const { frames } = await playWebSocket(port, "/chat", { send: [frame(Opcode.text, "hello")] });
  assert.equal(frames.length, 2);
  const { status } = await playWebSocket(port, "/api/chat", { send: [] });
  assert.equal(status, "HTTP/1.1 403 Forbidden");
  await proxy.untilPrinted(/"GET \/chat HTTP\/1\.1" 101 /);
  await using client = await connectRaw(proxy.listenerUrl("tunnels"));
  await client.send("CONNECT database.internal:5432 HTTP/1.1\r\nhost: database.internal:5432\r\n\r\nhello");
  assert.match(await client.readHead(), /^HTTP\/1\.1 200 OK/);
  assert.equal(await client.readToEnd(), "you said hello");
  const other = await askRaw(proxy.listenerUrl("tunnels"), "CONNECT a.test:22 HTTP/1.1\r\nhost: a.test:22\r\n\r\n");
  assert.equal(other.status, 404);
});

Deno.test("dynamic/ serves from its files, and what they become", async () => {
  await using origin = startOrigin(() => new Response("web"));
  const directory = await Deno.makeTempDir({ prefix: "denvoy-test-" });
  for await (const { name } of Deno.readDir(`${REPOSITORY}config/dynamic`)) {
    const text = await sample(`dynamic/${name}`, { 8081: origin.port, 8082: origin.port });
    await Deno.writeTextFile(`${directory}/${name}`, text.replaceAll("config/dynamic/", `${directory}/`));
  }
  await using proxy = await startProxy({ config: await Deno.readTextFile(`${directory}/bootstrap.yaml`) });
  const ask = (path: string) => askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: a.test\r\n\r\n`);
  assert.equal((await ask("/about")).body, "denvoy answers this itself\n");
  assert.equal((await ask("/")).body, "web");
  const runtime = await Deno.readTextFile(`${directory}/runtime.yaml`);
  await Deno.writeTextFile(`${directory}/runtime.yaml`, runtime.replace("mode.web: 0", "mode.web: 100"));
  await proxy.until("the cluster was under maintenance", async () => (await ask("/")).body === "maintenance mode");
  await Deno.remove(directory, { recursive: true });
});
