/** CONNECT over real sockets (spec/http.md 7): tunnels that end here, that are forwarded, and POST as one. */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { testNeeding } from "../support/needs.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { connectRaw, type RawConnection, type RawOrigin, startRawOrigin } from "../support/raw_h1.ts";

const FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
const CONNECT = "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\n\r\n";

/** A route for every CONNECT; `config`: of `connect_config`, null to forward it. */
function connectRoute(config: string | null): string {
  const ends = config === null ? "" : `, connect_config: { ${config} }`;
  return `{ match: { connect_matcher: {} }, route: { cluster: origin, upgrade_configs: [{ upgrade_type: CONNECT${ends} }] } }`;
}

interface Front {
  readonly config?: string | null;
  readonly managerFields?: readonly string[];
  readonly address?: string;
  readonly routes?: readonly string[];
  readonly args?: readonly string[];
}

function startInFront(port: number, { config = "", managerFields = [], address, routes = [], args = [] }: Front = {}) {
  return startProxy({
    config: bootstrap({
      managerFields: ["delayed_close_timeout: 0.05s", ...managerFields],
      routes: [...routes, connectRoute(config)],
      clusters: { origin: [port] },
      ...address === undefined ? {} : { address },
    }),
    args,
  });
}

/** An origin that knows bytes only, and sends back what it gets until it gets FIN. */
function startBytes(): RawOrigin {
  return startRawOrigin(async (connection) => {
    for (let piece = await connection.readSome(); piece.length > 0; piece = await connection.readSome()) {
      await connection.sendBytes(piece.slice());
    }
  });
}

/** Opens a tunnel through the proxy. */
async function openTunnel(proxy: RunningProxy, request = CONNECT): Promise<RawConnection> {
  const client = await connectRaw(proxy.listenerAddresses("web")[0]!);
  await client.send(request);
  assert.match(await client.readHead(), /^HTTP\/1\.1 200 OK\r\n/);
  return client;
}

Deno.test("a CONNECT that ends here carries every byte to the host and back", async () => {
  await using origin = startBytes();
  await using proxy = await startInFront(origin.port);
  const bytes = new Uint8Array(8 << 20);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  await using client = await openTunnel(proxy);
  const sending = client.sendBytes(bytes);
  const received = new Uint8Array(bytes.length);
  for (let at = 0; at < received.length;) {
    const piece = await client.readSome();
    assert.ok(piece.length > 0, `the end after ${at} bytes`);
    received.set(piece, at);
    at += piece.length;
  }
  await sending;
  assert.deepEqual(await crypto.subtle.digest("SHA-256", received), await crypto.subtle.digest("SHA-256", bytes));
  await client.closeWrite();
  assert.equal(await client.isEnded(), true);
  await proxy.until("no tunnel is open", async () => await proxy.stat("http.web.downstream_cx_upgrades_active") === 0);
  await proxy.until("the host is left", async () => await proxy.stat("cluster.origin.upstream_cx_active") === 0);
  assert.equal(await proxy.stat("cluster.origin.upstream_cx_http1_total"), 0);
});

Deno.test("a host that ends a tunnel has the client's end follow, its last bytes first", async () => {
  await using origin = startRawOrigin(async (connection) => {
    await connection.read(3);
    await connection.send("last words");
  });
  await using proxy = await startInFront(origin.port);
  await using client = await openTunnel(proxy);
  await client.send("bye");
  assert.equal(await client.readToEnd(), "last words");
});

Deno.test("a POST as a tunnel: its end is FIN for the host, whose own end is the answer's", async () => {
  const uploads: string[] = [];
  await using origin = startRawOrigin(async (connection) => {
    uploads.push(await connection.readToEnd());
    await connection.send("thanks");
  });
  await using proxy = await startInFront(origin.port, {
    routes: [
      "{ match: { path: /post }, route: { cluster: origin, " +
      "upgrade_configs: [{ upgrade_type: CONNECT, connect_config: { allow_post: true } }] } }",
    ],
  });
  await using client = await connectRaw(proxy.listenerUrl("web"));
  for (let turn = 0; turn < 2; turn++) {
    await client.send("POST /post HTTP/1.1\r\nhost: a.test\r\ncontent-length: 5\r\n\r\nhello");
    const answer = await client.readMessage();
    assert.deepEqual([answer.status, answer.body, answer.header("connection")], [200, "thanks", null]);
  }
  assert.deepEqual(uploads, ["hello", "hello"]);
});

Deno.test("a tunnel leaves one line when it ends, and is counted while it is open", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-connect-" });
  try {
    await using origin = startBytes();
    const path = `${folder}/access.log`;
    await using proxy = await startInFront(origin.port, {
      managerFields: [
        `access_log: [{ name: file, typed_config: { "@type": ${FILE_LOG}, path: "${path}" } }]`,
        "generate_request_id: false",
      ],
      args: ["--file-flush-interval-msec", "20"],
    });
    const client = await openTunnel(proxy);
    await client.send("hello");
    assert.equal(await client.read(5), "hello");
    assert.equal(await proxy.stat("http.web.downstream_cx_upgrades_active"), 1);
    assert.equal(await proxy.stat("cluster.origin.upstream_rq_active"), 1);
    assert.equal(await Deno.readTextFile(path), "");
    client.close();
    await proxy.until("the line is there", async () => (await Deno.readTextFile(path)).endsWith("\n"));
    const line = await Deno.readTextFile(path);
    const host = `127.0.0.1:${origin.port}`;
    assert.match(
      line.trim(),
      new RegExp(`^\\[[^\\]]*\\] "CONNECT - HTTP/1.1" 200 DC 5 5 \\d+ - "-" "-" "-" "a.test:443" "${host}"$`),
    );
    await proxy.until("nothing is open", async () => await proxy.stat("http.web.downstream_cx_upgrades_active") === 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a host is told who the client is, where it has an IP address", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-connect-" });
  const headers: Record<string, string> = {};
  await using origin = startRawOrigin(async (connection) => {
    await connection.send("go on");
    const text = await connection.readToEnd();
    headers[text.slice(-5)] = text.slice(0, -5);
  });
  try {
    const listeners = {
      tcp: "{ socket_address: { address: 127.0.0.1, port_value: 0 } }",
      unix: `{ pipe: { path: ${folder}/socket } }`,
    };
    for (const [kind, address] of Object.entries(listeners)) {
      for (const version of ["V1", "V2"]) {
        await using proxy = await startInFront(origin.port, {
          address,
          config: `proxy_protocol_config: { version: ${version} }`,
        });
        const key = `${kind === "tcp" ? "t" : "u"}--${version}`;
        const client = await openTunnel(proxy);
        assert.equal(await client.read(5), "go on");
        await client.send(key);
        await client.closeWrite();
        client.close();
        await proxy.until("the host has read it", () => headers[key] !== undefined);
        if (version === "V1" && kind === "tcp") {
          const port = new URL(proxy.listenerUrl("web")).port;
          assert.match(headers[key]!, new RegExp(`^PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ ${port}\r\n$`));
        }
      }
    }
    assert.equal(headers["u--V1"], "PROXY UNKNOWN\r\n");
    const signature = "\r\n\r\n\0\r\nQUIT\n";
    assert.equal(headers["u--V2"], `${signature}\x20\0\0\0`);
    assert.ok(headers["t--V2"]!.startsWith(`${signature}\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01`));
    assert.equal(headers["t--V2"]!.length, 28);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an open tunnel outlives SIGTERM until the drain's time is up", async () => {
  await using origin = startBytes();
  await using proxy = await startInFront(origin.port, { args: ["--shutdown-drain-time-s", "2"] });
  await using client = await openTunnel(proxy);
  proxy.signal("SIGTERM");
  await proxy.untilLogged(/caught ENVOY_SIGTERM/);
  await client.send("still here");
  assert.equal(await client.read(10), "still here");
  assert.equal(await proxy.untilEnded(), 0);
  assert.equal(await client.isEnded(), true);
});

testNeeding(
  "curl",
  "curl reaches an origin through a tunnel, and through a proxy that forwards it to one that ends it",
  async (curl) => {
    await using origin = startOrigin((request) => new Response(`${request.method} ${new URL(request.url).pathname}\n`));
    await using last = await startInFront(origin.port);
    await using first = await startInFront(Number(new URL(last.listenerUrl("web")).port), { config: null });
    const run = async (proxy: RunningProxy, ...args: string[]) => {
      const command = new Deno.Command(curl, {
        args: [
          "--silent",
          "--show-error",
          "--max-time",
          "20",
          "--proxytunnel",
          "--proxy",
          proxy.listenerUrl("web"),
          ...args,
        ],
      });
      const { success, stdout, stderr } = await command.output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    for (const proxy of [last, first]) {
      assert.equal(await run(proxy, "http://anywhere.test:80/a"), "GET /a\n");
      assert.equal(await run(proxy, "http://anywhere.test:80/1", "http://anywhere.test:80/2"), "GET /1\nGET /2\n");
      assert.equal(await run(proxy, "--data", "x=y", "http://other.test:8080/form"), "POST /form\n");
    }
    assert.equal(await first.stat("cluster.origin.upstream_rq_200"), 3);
    assert.equal(await last.stat("http.web.downstream_cx_upgrades_total"), 6);
  },
);

testNeeding("curl", "curl is told why a tunnel is refused", async (curl) => {
  await using proxy = await startProxy({
    config: bootstrap({
      routes: ["{ match: { connect_matcher: {} }, route: { cluster: origin } }"],
      clusters: { origin: [] },
    }),
  });
  const { stderr, success } = await new Deno.Command(curl, {
    args: [
      "--silent",
      "--show-error",
      "--max-time",
      "20",
      "--proxytunnel",
      "--proxy",
      proxy.listenerUrl("web"),
      "http://a.test:80/",
    ],
  }).output();
  assert.equal(success, false);
  assert.match(new TextDecoder().decode(stderr), /403/);
});
