/** What the proxy adds to requests and responses, what it trusts and what it takes away (spec/http.md 1.10 to 1.15). */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { connectRaw, RawConnection, type RawMessage, type RawOrigin, startRawOrigin } from "../support/raw_h1.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** An origin that answers with what its `say` holds, and the proxy in front of it. */
class Stage implements AsyncDisposable {
  readonly #origin: RawOrigin;
  readonly #proxy: RunningProxy;
  readonly #seen: RawMessage[];
  readonly #say: { response: string };

  constructor(origin: RawOrigin, proxy: RunningProxy, seen: RawMessage[], say: { response: string }) {
    this.#origin = origin;
    this.#proxy = proxy;
    this.#seen = seen;
    this.#say = say;
  }

  /** Sends a GET with these lines; what the origin saw and what came back for `response`. */
  async ask(
    fields: string[],
    responseFields: string[] = [],
    status = "200 OK",
  ): Promise<{ request: RawMessage; response: RawMessage }> {
    this.#say.response = `HTTP/1.1 ${status}\r\n${lines(["content-length: 2", ...responseFields])}\r\nok`;
    await using connection = await this.connect();
    await connection.send(`GET /x HTTP/1.1\r\n${lines(["host: h", ...fields])}\r\n`);
    const response = await connection.readMessage();
    return { request: this.lastRequest, response };
  }

  get lastRequest(): RawMessage {
    return this.#seen.at(-1)!;
  }

  connect(): Promise<RawConnection> {
    return connectRaw(this.#proxy.listenerUrl("web"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.kill();
    await this.#origin[Symbol.asyncDispose]();
  }
}

async function startStage(managerFields: string[] = [], routerFields = ""): Promise<Stage> {
  const seen: RawMessage[] = [];
  const say = { response: "" };
  const origin = startRawOrigin(async (connection) => {
    for (;;) {
      seen.push(await connection.readMessage());
      await connection.send(say.response);
    }
  });
  const config = bootstrap({
    managerFields,
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  }).replace(/(filters\.http\.router\.v3\.Router)/, `$1${routerFields}`);
  return new Stage(origin, await startProxy({ config }), seen, say);
}

function lines(fields: readonly string[]): string {
  return fields.map((field) => `${field}\r\n`).join("");
}

/** Names and values, in their order. */
function names(message: RawMessage): string[] {
  return message.headers.map(([name]) => name);
}

Deno.test("a request of a plain listener", async (t) => {
  await using stage = await startStage();

  await t.step("carries the client's fields in their order and the proxy's after them", async () => {
    const { request } = await stage.ask(["B: 1", "a: 2", "b: 3", "user-agent: t", "accept: */*"]);
    assert.equal(request.startLine, "GET /x HTTP/1.1");
    assert.deepEqual(names(request).slice(0, 6), ["host", "b", "a", "b", "user-agent", "accept"]);
    assert.equal(request.header("host"), "h");
    assert.equal(request.header("b"), "1,3");
    assert.equal(request.header("x-forwarded-proto"), "http");
    assert.match(request.header("x-request-id")!, UUID);
    assert.equal(request.header("x-envoy-expected-rq-timeout-ms"), "15000");
    assert.equal(request.header("x-forwarded-for"), null);
    assert.equal(request.header("x-envoy-external-address"), null);
    assert.equal(request.header("content-length"), null);
    assert.equal(request.header("connection"), null);
  });
  await t.step("gets a new request id each time, and keeps one that it brings", async () => {
    const first = await stage.ask([]), second = await stage.ask([]), own = await stage.ask(["x-request-id: mine"]);
    assert.notEqual(first.request.header("x-request-id"), second.request.header("x-request-id"));
    assert.equal(own.request.header("x-request-id"), "mine");
    assert.equal(own.response.header("x-request-id"), null);
    assert.match((await stage.ask(["x-request-id:"])).request.header("x-request-id")!, UUID);
  });
  await t.step("keeps a forwarded protocol and addresses that it brings", async () => {
    const { request } = await stage.ask(["x-forwarded-proto: https", "x-forwarded-for: 192.0.2.1"]);
    assert.equal(request.header("x-forwarded-proto"), "https");
    assert.equal(request.header("x-forwarded-for"), "192.0.2.1");
  });
  await t.step("loses what belongs to one hop", async () => {
    const { request } = await stage.ask([
      "connection: keep-alive, custom",
      "custom: 1",
      "keep-alive: timeout=5",
      "proxy-connection: keep-alive",
      "te: gzip",
      "x-envoy-internal: true",
      "kept: 1",
    ]);
    for (const name of ["connection", "custom", "keep-alive", "proxy-connection", "te", "x-envoy-internal"]) {
      assert.equal(request.header(name), null, name);
    }
    assert.equal(request.header("kept"), "1");
  });
  await t.step("may say te: trailers", async () => {
    assert.equal((await stage.ask(["te: gzip, trailers"])).request.header("te"), "trailers");
    assert.equal((await stage.ask(["te: Trailers"])).request.header("te"), null);
  });
  await t.step("loses x-envoy- fields that only the inside may set", async () => {
    const { request } = await stage.ask([
      "x-envoy-retry-on: 5xx",
      "x-envoy-max-retries: 9",
      "x-envoy-upstream-rq-timeout-ms: 1",
      "x-envoy-expected-rq-timeout-ms: 1",
      "x-envoy-original-url: a",
      "x-envoy-ip-tags: a",
      "x-envoy-force-trace: a",
    ]);
    for (
      const name of ["retry-on", "max-retries", "upstream-rq-timeout-ms", "original-url", "ip-tags", "force-trace"]
    ) {
      assert.equal(request.header(`x-envoy-${name}`), null, name);
    }
    assert.equal(request.header("x-envoy-expected-rq-timeout-ms"), "15000");
  });
  await t.step("loses a referer that names a user or a fragment", async () => {
    assert.equal((await stage.ask(["referer: http://a/b"])).request.header("referer"), "http://a/b");
    for (const referer of ["http://u:p@a/", "http://a/#f", "about:blank", "/x#f"]) {
      assert.equal((await stage.ask([`referer: ${referer}`])).request.header("referer"), null, referer);
    }
  });
  await t.step("has its host from an absolute target", async () => {
    await using connection = await stage.connect();
    await connection.send("GET http://real.test/y?z HTTP/1.1\r\nhost: claimed.test\r\n\r\n");
    await connection.readMessage();
    const request = stage.lastRequest;
    assert.equal(request.header("host"), "real.test");
    assert.equal(request.startLine, "GET /y?z HTTP/1.1");
  });
});

Deno.test("a response", async (t) => {
  await using stage = await startStage();

  await t.step("carries server, date and the upstream's time", async () => {
    const { response } = await stage.ask([], ["server: apache", "x-a: 1", "X-B: 2", "x-a: 3"]);
    assert.equal(response.startLine, "HTTP/1.1 200 OK");
    assert.equal(response.header("server"), "envoy");
    assert.match(response.header("date")!, /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
    assert.match(response.header("x-envoy-upstream-service-time")!, /^\d+$/);
    assert.equal(response.header("x-a"), "1,3");
    assert.deepEqual(names(response).filter((name) => /^x-.$/.test(name)), ["x-a", "x-b", "x-a"]);
  });
  await t.step("keeps a date that it brings", async () => {
    const { response } = await stage.ask([], ["date: Thu, 01 Jan 1970 00:00:00 GMT"]);
    assert.equal(response.header("date"), "Thu, 01 Jan 1970 00:00:00 GMT");
  });
  await t.step("loses what belongs to one hop", async () => {
    const { response } = await stage.ask([], [
      "keep-alive: timeout=5",
      "proxy-connection: a",
      "connection: keep-alive",
    ]);
    for (const name of ["keep-alive", "proxy-connection", "connection"]) {
      assert.equal(response.header(name), null, name);
    }
  });
  await t.step("has the phrase of its status, whatever the origin said", async () => {
    assert.equal((await stage.ask([], [], "200 Fine")).response.startLine, "HTTP/1.1 200 OK");
    assert.equal((await stage.ask([], [], "404")).response.startLine, "HTTP/1.1 404 Not Found");
  });
});

Deno.test("a listener at the edge", async (t) => {
  await using stage = await startStage(["use_remote_address: true"]);

  await t.step("trusts nothing the client says about itself", async () => {
    const { request } = await stage.ask([
      "x-forwarded-proto: https",
      "x-request-id: mine",
      "x-envoy-external-address: 1.2.3.4",
      "x-envoy-original-path: /forged",
      "x-envoy-downstream-service-cluster: forged",
      "x-envoy-decorator-operation: forged",
    ]);
    assert.equal(request.header("x-forwarded-proto"), "http");
    assert.match(request.header("x-request-id")!, UUID);
    assert.equal(request.header("x-envoy-external-address"), "127.0.0.1");
    for (const name of ["original-path", "downstream-service-cluster", "decorator-operation"]) {
      assert.equal(request.header(`x-envoy-${name}`), null, name);
    }
  });
  await t.step("appends the client's address", async () => {
    const first = (await stage.ask([])).request.header("x-forwarded-for")!;
    assert.match(first, /^\d+\.\d+\.\d+\.\d+$/);
    const { request } = await stage.ask(["x-forwarded-for: 192.0.2.1, 192.0.2.2"]);
    assert.equal(request.header("x-forwarded-for"), `192.0.2.1, 192.0.2.2,${first}`);
  });
});

Deno.test("a listener behind a trusted hop believes it", async () => {
  await using stage = await startStage([
    "use_remote_address: true",
    "xff_num_trusted_hops: 1",
    "skip_xff_append: true",
  ]);
  const { request } = await stage.ask(["x-forwarded-for: 192.0.2.1, 192.0.2.2", "x-forwarded-proto: https"]);
  assert.equal(request.header("x-forwarded-for"), "192.0.2.1, 192.0.2.2");
  assert.equal(request.header("x-forwarded-proto"), "https");
  assert.equal(request.header("x-envoy-external-address"), "192.0.2.2");
});

Deno.test("request ids may be kept, left alone and shown", async () => {
  {
    await using stage = await startStage([
      "use_remote_address: true",
      "preserve_external_request_id: true",
      "always_set_request_id_in_response: true",
    ]);
    const { request, response } = await stage.ask(["x-request-id: mine"]);
    assert.equal(request.header("x-request-id"), "mine");
    assert.equal(response.header("x-request-id"), "mine");
  }
  await using stage = await startStage(["generate_request_id: false"]);
  assert.equal((await stage.ask([])).request.header("x-request-id"), null);
});

Deno.test("the server's name may be another, or the origin's", async () => {
  {
    await using stage = await startStage(["server_name: denvoy"]);
    assert.equal((await stage.ask([], ["server: apache"])).response.header("server"), "denvoy");
  }
  {
    await using stage = await startStage(["server_header_transformation: APPEND_IF_ABSENT"]);
    assert.equal((await stage.ask([], ["server: apache"])).response.header("server"), "apache");
    assert.equal((await stage.ask([])).response.header("server"), "envoy");
  }
  await using stage = await startStage(["server_header_transformation: PASS_THROUGH"]);
  assert.equal((await stage.ask([], ["server: apache"])).response.header("server"), "apache");
  assert.equal((await stage.ask([])).response.header("server"), null);
});

Deno.test("a router that suppresses x-envoy- fields adds none", async () => {
  await using stage = await startStage([], ", suppress_envoy_headers: true");
  const { request, response } = await stage.ask([]);
  assert.equal(request.header("x-envoy-expected-rq-timeout-ms"), null);
  assert.equal(response.header("x-envoy-upstream-service-time"), null);
});

Deno.test("names may be sent in proper case", async () => {
  await using stage = await startStage(["http_protocol_options: { header_key_format: { proper_case_words: {} } }"]);
  const { response } = await stage.ask([], ["x-some_thing-else: 1"]);
  for (const name of ["Content-Length", "Server", "Date", "X-Some_Thing-Else"]) {
    assert.ok(names(response).includes(name), `${name} in ${names(response)}`);
  }
});

Deno.test("an expectation is met by the proxy", async (t) => {
  await using stage = await startStage();
  for (const expect of ["100-continue", "100-Continue"]) {
    await t.step(expect, async () => {
      const { request } = await stage.ask([]);
      assert.equal(request.header("expect"), null);
      await using connection = await stage.connect();
      await connection.send(`POST /x HTTP/1.1\r\nhost: h\r\nexpect: ${expect}\r\ncontent-length: 3\r\n\r\n`);
      assert.equal((await connection.readMessage()).startLine, "HTTP/1.1 100 Continue");
      await connection.send("abc");
      assert.equal((await connection.readMessage()).status, 200);
    });
  }
});

Deno.test("interim responses are the origin's where the proxy lets them pass", async (t) => {
  let interim = "";
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      const request = await connection.readMessage();
      assert.equal(request.header("expect"), interim.includes("100") ? "100-continue" : null);
      await connection.send(`${interim}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n`);
    }
  });
  const config = (isForwarded: boolean) =>
    bootstrap({
      managerFields: [`proxy_100_continue: ${isForwarded}`],
      routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
      clusters: { origin: [origin.port] },
    });
  {
    await using proxy = await startProxy({ config: config(true) });
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await t.step("100", async () => {
      interim = "HTTP/1.1 100 Continue\r\n\r\n";
      await connection.send("POST / HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc");
      assert.equal((await connection.readMessage()).startLine, "HTTP/1.1 100 Continue");
      assert.equal((await connection.readMessage()).status, 200);
    });
    await t.step("103", async () => {
      interim = "HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n";
      await connection.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
      const hints = await connection.readMessage();
      assert.equal(hints.status, 103);
      assert.equal(hints.header("link"), "a");
      assert.equal((await connection.readMessage()).status, 200);
    });
  }
  await using proxy = await startProxy({ config: config(false) });
  await t.step("and are dropped where it does not", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    assert.equal((await connection.readMessage()).status, 200);
  });
});
