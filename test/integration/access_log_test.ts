/** Access log lines of a real process, to the byte but for times and ids (spec/http.md 8). */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw, startRawOrigin } from "../support/raw_h1.ts";

const FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
const STDOUT_LOG = "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";

function fileLog(path: string): string {
  return `access_log: [{ name: file, typed_config: { "@type": ${FILE_LOG}, path: "${path}" } }]`;
}

/** The lines of a log file, with times, durations and made-up ids as letters. */
async function normalLines(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) =>
    line
      .replace(/^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\]/, "[T]")
      .replace(/^(\[T\] "[^"]*" \d+ \S+ \d+ \d+) \d+ (\d+|-)/, (_, start, service) =>
        `${start} D ${service === "-" ? "-" : "S"}`)
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/, "UUID")
      .replace(/"127\.0\.0\.1:\d+"$/, '"HOST"')
  );
}

/** Waits until the file has `count` lines. */
async function untilLines(proxy: RunningProxy, path: string, count: number): Promise<void> {
  await proxy.until(
    `${count} lines in the access log`,
    async () => (await Deno.readTextFile(path)).split("\n").length > count,
  );
}

Deno.test("every request leaves one line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-log-" });
  const path = `${folder}/access.log`;
  await using origin = startOrigin(async (request) => {
    if (new URL(request.url).pathname !== "/long") return new Response(`got ${await request.text()}`);
    return new Response("x".repeat(100_000));
  });
  await using closing = startRawOrigin(async (connection) => void await connection.readMessage());
  await using silent = startRawOrigin(async (connection) => void await connection.readToEnd());
  await using cutting = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  });
  try {
    const config = bootstrap({
      managerFields: [fileLog(path), "delayed_close_timeout: 0.1s"],
      routes: [
        directRoute("/direct", "hello"),
        "{ match: { prefix: /closing }, route: { cluster: closing } }",
        "{ match: { prefix: /cutting }, route: { cluster: cutting } }",
        "{ match: { prefix: /none }, route: { cluster: none } }",
        "{ match: { prefix: /silent }, route: { cluster: silent, timeout: 0.1s } }",
        "{ match: { prefix: /gone }, route: { cluster: silent } }",
        "{ match: { prefix: /old/ }, route: { cluster: origin, prefix_rewrite: /new/ } }",
        "{ match: { prefix: /origin }, route: { cluster: origin } }",
      ],
      clusters: {
        origin: [origin.port],
        closing: [closing.port],
        cutting: [cutting.port],
        silent: [silent.port],
        none: [],
      },
    });
    await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
    const address = proxy.listenerUrl("web");
    let lines = 0;
    const ask = async (text: string) => {
      await using connection = await connectRaw(address);
      await connection.send(text);
      await connection.readMessage().catch(() => null);
      connection.close();
      await untilLines(proxy, path, ++lines);
    };
    await ask("GET /origin?a=b HTTP/1.1\r\nhost: a.test\r\nuser-agent: curl/8\r\nx-request-id: mine\r\n\r\n");
    await ask(
      "POST /origin HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\nx-forwarded-for: 10.0.0.1, 10.0.0.2\r\n\r\nhello",
    );
    await ask("GET /old/path HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("HEAD /origin HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
    await ask("GET /direct HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("GET /nowhere HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("GET /none HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("GET /closing HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("GET /cutting HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("GET /silent HTTP/1.1\r\nhost: h\r\n\r\n");
    await ask("GET /origin HTTP/1.0\r\nhost: h\r\n\r\n");
    await ask("GARBAGE\r\n\r\n");
    await ask("GET /origin HTTP/1.1\r\n\r\n");
    await ask("GET /origin HTTP/1.1\r\nhost: h\r\nuser-agent:\r\n\r\n");
    {
      const connection = await connectRaw(address);
      await connection.send("GET /gone HTTP/1.1\r\nhost: h\r\n\r\n");
      await proxy.until("the request was sent", () => silent.accepted === 2);
      connection.close();
      await untilLines(proxy, path, ++lines);
    }
    assert.deepEqual(await normalLines(path), [
      '[T] "GET /origin?a=b HTTP/1.1" 200 - 0 4 D S "-" "curl/8" "mine" "a.test" "HOST"',
      '[T] "POST /origin HTTP/1.1" 200 - 5 9 D S "10.0.0.1, 10.0.0.2" "-" "UUID" "h" "HOST"',
      '[T] "GET /old/path HTTP/1.1" 200 - 0 4 D S "-" "-" "UUID" "h" "HOST"',
      '[T] "HEAD /origin HTTP/1.1" 200 - 0 0 D S "-" "-" "UUID" "h" "HOST"',
      '[T] "GET /direct HTTP/1.1" 200 - 0 5 D - "-" "-" "UUID" "h" "-"',
      '[T] "GET /nowhere HTTP/1.1" 404 NR 0 0 D - "-" "-" "UUID" "h" "-"',
      '[T] "GET /none HTTP/1.1" 503 UH 0 19 D - "-" "-" "UUID" "h" "-"',
      '[T] "GET /closing HTTP/1.1" 503 UC 0 95 D - "-" "-" "UUID" "h" "HOST"',
      '[T] "GET /cutting HTTP/1.1" 200 UPE 0 4 D S "-" "-" "UUID" "h" "HOST"',
      '[T] "GET /silent HTTP/1.1" 504 UT 0 24 D - "-" "-" "UUID" "h" "HOST"',
      '[T] "- - HTTP/1.1" 426 DPE 0 16 D - "-" "-" "-" "-" "-"',
      '[T] "- - HTTP/1.1" 400 DPE 0 11 D - "-" "-" "-" "-" "-"',
      '[T] "GET /origin HTTP/1.1" 400 - 0 0 D - "-" "-" "-" "-" "-"',
      '[T] "GET /origin HTTP/1.1" 200 - 0 4 D S "-" "" "UUID" "h" "HOST"',
      '[T] "GET /gone HTTP/1.1" 0 DC 0 0 D - "-" "-" "UUID" "h" "HOST"',
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a client cannot forge a line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-log-" });
  const path = `${folder}/access.log`;
  try {
    const config = bootstrap({ managerFields: [fileLog(path)], routes: [directRoute("/", "hi")] });
    await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
    const agent = 'a" "b\\';
    await askRaw(proxy.listenerUrl("web"), `GET / HTTP/1.1\r\nhost: h\r\nuser-agent: ${agent}\r\n\r\n`);
    await untilLines(proxy, path, 1);
    assert.deepEqual(await normalLines(path), [
      '[T] "GET / HTTP/1.1" 200 - 0 2 D - "-" "a\\x22 \\x22b\\x5C" "UUID" "h" "-"',
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a log on standard output is written there", async () => {
  const config = bootstrap({
    managerFields: [`access_log: [{ name: out, typed_config: { "@type": ${STDOUT_LOG} } }]`],
    routes: [directRoute("/", "hi")],
  });
  await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
  await askRaw(proxy.listenerUrl("web"), "GET /out HTTP/1.1\r\nhost: h\r\n\r\n");
  await proxy.untilPrinted(/"GET \/out HTTP\/1\.1" 200 - 0 2 /);
});

for (
  const [how, reopen] of [
    ["on SIGUSR1", (proxy: RunningProxy) => proxy.signal("SIGUSR1")],
    ["by /reopen_logs", (proxy: RunningProxy) => proxy.admin("/reopen_logs", { method: "POST" })],
  ] as const
) {
  Deno.test(`a log file that was moved away is opened anew ${how}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "denvoy-log-" });
    const path = `${folder}/access.log`;
    try {
      const config = bootstrap({ managerFields: [fileLog(path)], routes: [directRoute("/", "hi")] });
      await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
      const ask = (target: string) => askRaw(proxy.listenerUrl("web"), `GET ${target} HTTP/1.1\r\nhost: h\r\n\r\n`);
      await ask("/first");
      await untilLines(proxy, path, 1);
      await Deno.rename(path, `${path}.old`);
      await reopen(proxy);
      await proxy.until("the file is there", () => Deno.stat(path).then(() => true, () => false));
      await ask("/after");
      await untilLines(proxy, path, 1);
      assert.match(await Deno.readTextFile(`${path}.old`), /^\S+ "GET \/first [^\n]*\n$/);
      assert.match(await Deno.readTextFile(path), /^\S+ "GET \/after [^\n]*\n$/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("what was logged is on disk when the process has ended", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-log-" });
  const path = `${folder}/access.log`;
  try {
    const config = bootstrap({ managerFields: [fileLog(path)], routes: [directRoute("/", "hi")] });
    await using proxy = await startProxy({ config, concurrency: 2 });
    for (let i = 0; i < 10; i++) {
      await askRaw(proxy.listenerUrl("web"), `GET /${i} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n`);
    }
    assert.equal(await proxy.stop(), 0);
    assert.equal((await Deno.readTextFile(path)).trimEnd().split("\n").length, 10);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a process loads CEL for a configuration that has it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denvoy-log-" });
  const path = `${folder}/access.log`;
  const filter = "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter";
  try {
    const config = bootstrap({
      managerFields: [
        `access_log: [{ name: file, filter: { extension_filter: { name: cel, typed_config: { "@type": ${filter}, ` +
        `expression: "request.path != '/quiet'" } } }, typed_config: { "@type": ${FILE_LOG}, path: "${path}", ` +
        'log_format: { json_format: { code: "%TYPED_CEL(response.code)%", id: "%CEL(xds.node.id)%" } } } }]',
      ],
      routes: [
        `{ match: { prefix: / }, direct_response: { status: 201 }, response_headers_to_add: [{ header: { key: x-path, value: "%CEL(request.path)%" } }] }`,
      ],
    });
    const args = ["--file-flush-interval-msec", "20", "--service-node", "me"];
    await using proxy = await startProxy({ config, args });
    const ask = (target: string) => askRaw(proxy.listenerUrl("web"), `GET ${target} HTTP/1.1\r\nhost: h\r\n\r\n`);
    await ask("/quiet");
    const answer = await ask("/one");
    assert.equal(answer.headers.find(([name]) => name === "x-path")?.[1], "/one");
    await untilLines(proxy, path, 1);
    assert.equal(await Deno.readTextFile(path), '{"code":201,"id":"me"}\n');
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
