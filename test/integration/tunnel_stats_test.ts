/** What tunnels leave in the counters, beside real Envoy: the same scenes, the same numbers. */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { connectRaw, type RawConnection, startRawOrigin } from "../support/raw_h1.ts";

const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
const connect = (target: string) => `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`;
const ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

/** What is counted for tunnels, per connection manager and cluster. */
const COUNTED =
  /^(http\.web|cluster\.\w+)\.(downstream_cx_(upgrades_\w+|destroy\w*|total|protocol_error)|downstream_rq_(total|active|completed|[1-5]xx|rx_reset|tx_reset|ws_on_non_ws_route|response_before_rq_complete)|upstream_cx_(total|active|http1_total|destroy\w*|protocol_error|connect_fail|none_healthy)|upstream_rq_(total|active|pending_total|pending_active|pending_failure_eject|cancelled|completed|[1-5]xx|\d\d\d)|no_route|rq_direct_response)$/;

/** One scene: what the client does. The origin ends a tunnel over which "bye" comes. */
type Scene = (client: RawConnection) => Promise<void>;

/** Opens a tunnel, says something and waits for it to come back. */
const open = (request: string): Scene => async (client) => {
  await client.send(request);
  await client.readHead();
  await client.send("ping");
  assert.equal(await client.read(4), "ping");
};
const after = (scene: Scene, then: Scene): Scene => async (client) => {
  await scene(client);
  await then(client);
};
const sayBye: Scene = async (client) => {
  await client.send("bye");
  assert.equal(await client.readToEnd(), "bye");
};
const endWriting: Scene = async (client) => {
  await client.closeWrite();
  assert.equal(await client.readToEnd(), "");
};
const ask = (request: string): Scene => async (client) => {
  await client.send(request);
  await client.readToEnd();
};

const SCENES: Readonly<Record<string, Scene>> = {
  "an upgrade that the client drops": open(upgrade("/echo")),
  "an upgrade that the client ends": after(open(upgrade("/echo")), endWriting),
  "an upgrade that the origin ends": after(open(upgrade("/echo")), sayBye),
  "a CONNECT that is forwarded and dropped": open(connect("forward.test:443")),
  "a CONNECT that is forwarded and ended by the origin": after(open(connect("forward.test:443")), sayBye),
  "a CONNECT that ends here and is dropped": open(connect("ends.test:443")),
  "a CONNECT that ends here, ended by the client": after(open(connect("ends.test:443")), endWriting),
  "a CONNECT that ends here, ended by the origin": after(open(connect("ends.test:443")), sayBye),
  "an upgrade that the origin refuses": ask(upgrade("/404")),
  "an upgrade that fails": ask(upgrade("/200")),
  "an upgrade to an origin that closes": ask(upgrade("/close")),
  "an upgrade to a cluster without hosts": ask(upgrade("/none")),
  "an upgrade on a route that has none": ask(upgrade("/closed")),
  "a CONNECT on a route that has none": ask(connect("closed.test:443")),
  "a CONNECT without a route": ask(connect("nowhere.test:443")),
  "an upgrade on a direct response": ask(upgrade("/direct")),
};

testNeeding(
  "envoy",
  `tunnels in ${Object.keys(SCENES).length} scenes are counted as Envoy counts them`,
  async (envoyPath) => {
    await using origin = startRawOrigin(async (connection) => {
      const head = await connection.readHead(), path = head.split(" ")[1]!;
      if (path === "/404") await connection.send("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno");
      if (path === "/200") await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno");
      if (path === "/close") return;
      if (path === "/echo") await connection.send(ACCEPTED);
      if (head.startsWith("CONNECT")) await connection.send("HTTP/1.1 200 OK\r\n\r\n");
      await echoUntilBye(connection);
    });
    await using bytes = startRawOrigin(echoUntilBye);
    const config = configFor(origin.port, bytes.port);
    await using envoy = await startEnvoy(envoyPath, config);
    await using denvoy = await startProxy({ config });
    const differences: Record<string, unknown> = {};
    for (const [name, scene] of Object.entries(SCENES)) {
      const [theirs, ours] = [await countsOf(envoy, scene), await countsOf(denvoy, scene)];
      assert.ok(Object.keys(theirs).length >= 6, name);
      const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
      for (const counter of names) {
        if (theirs[counter] === ours[counter]) continue;
        differences[`${name}: ${counter}`] = { envoy: theirs[counter] ?? 0, denvoy: ours[counter] ?? 0 };
      }
    }
    assert.deepEqual(differences, {});
  },
);

async function echoUntilBye(connection: RawConnection): Promise<void> {
  for (let piece = await connection.readSome(); piece.length > 0; piece = await connection.readSome()) {
    const text = new TextDecoder().decode(piece);
    await connection.send(text);
    if (text.includes("bye")) return;
  }
}

function configFor(origin: number, bytes: number): string {
  const closed =
    "upgrade_configs: [{ upgrade_type: websocket, enabled: false }, { upgrade_type: CONNECT, enabled: false }]";
  const host = (name: string, action: string) =>
    `{ name: ${name}, domains: ["${name}.test:443"], routes: [{ match: { connect_matcher: {} }, route: { ${action} } }] }`;
  const routes = [
    `{ match: { prefix: /closed }, route: { cluster: origin, ${closed} } }`,
    "{ match: { prefix: /none }, route: { cluster: none } }",
    "{ match: { prefix: /direct }, direct_response: { status: 200 } }",
    "{ match: { prefix: / }, route: { cluster: origin } }",
  ];
  return bootstrap({
    managerFields: [
      "delayed_close_timeout: 0.05s",
      "upgrade_configs: [{ upgrade_type: websocket }, { upgrade_type: CONNECT }]",
    ],
    virtualHosts: [
      host("forward", "cluster: origin"),
      host("ends", "cluster: bytes, upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }]"),
      host("closed", `cluster: origin, ${closed}`),
      `{ name: web, domains: [a.test], routes: [${routes.join(", ")}] }`,
    ],
    clusters: { origin: [origin], bytes: [bytes], none: [] },
  });
}

/** What a scene adds to the counters, once all its connections have ended. */
async function countsOf(proxy: RunningProxy, scene: Scene): Promise<Record<string, number>> {
  const before = await statsOf(proxy);
  const client = await connectRaw(proxy.listenerUrl("web"));
  await scene(client);
  client.close();
  let now = before;
  await proxy.until("every connection has ended", async () => {
    now = await statsOf(proxy);
    const ended = now["http.web.downstream_cx_destroy"]! - before["http.web.downstream_cx_destroy"]!;
    return ended === 1 &&
      Object.entries(now).every(([name, value]) => !name.endsWith("upstream_cx_active") || value === 0);
  });
  return Object.fromEntries(
    Object.entries(now).map(([name, value]) => [name, value - (before[name] ?? 0)]).filter(([, added]) => added !== 0),
  );
}

async function statsOf(proxy: RunningProxy): Promise<Record<string, number>> {
  const lines = (await proxy.admin("/stats")).split("\n").map((line) => line.split(": "));
  return Object.fromEntries(
    lines.filter(([name]) => COUNTED.test(name!)).map(([name, value]) => [name, Number(value)]),
  );
}
