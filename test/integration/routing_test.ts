/** Which cluster answers: hosts, paths, rewrites and answers of the proxy's own (spec/http.md 2). */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";

/** A virtual host that answers with its name. */
function named(name: string, ...domains: string[]): string {
  return `{ name: ${name}, domains: [${domains.map((domain) => `"${domain}"`)}], routes: [${directRoute("/", name)}] }`;
}

Deno.test("a request goes to the cluster of the first route that matches", async (t) => {
  await using web = startOrigin(() => new Response("web"));
  await using api = startOrigin(() => new Response("api"));
  const config = bootstrap({
    routes: [
      `{ match: { path: /exact }, route: { cluster: web, prefix_rewrite: /other } }`,
      `{ match: { prefix: /api/ }, route: { cluster: api, prefix_rewrite: / } }`,
      `{ match: { prefix: /CASE, case_sensitive: false }, route: { cluster: api, prefix_rewrite: /small } }`,
      `{ match: { prefix: /kept }, route: { cluster: api, prefix_rewrite: "" } }`,
      `{ match: { prefix: /web }, route: { cluster: web } }`,
    ],
    clusters: { web: [web.port], api: [api.port] },
  });
  await using proxy = await startProxy({ config });
  const cases: Array<[path: string, cluster: string, arrivesAs: string, originalPath: string | null]> = [
    ["/web", "web", "/web", null],
    ["/web/a?b=c", "web", "/web/a?b=c", null],
    ["/website", "web", "/website", null],
    ["/exact?x=1", "web", "/other?x=1", "/exact?x=1"],
    ["/api/users?page=2", "api", "/users?page=2", "/api/users?page=2"],
    ["/api/", "api", "/", "/api/"],
    ["/cAsE/x", "api", "/small/x", "/cAsE/x"],
    ["/kept/x", "api", "/kept/x", null],
  ];
  for (const [path, cluster, arrivesAs, originalPath] of cases) {
    await t.step(`${path} arrives at ${cluster} as ${arrivesAs}`, async () => {
      const response = await askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
      assert.equal(response.status, 200);
      assert.equal(response.body, cluster);
      const request = (cluster === "web" ? web : api).requests.at(-1)!;
      assert.equal(request.path, arrivesAs);
      assert.equal(request.headers.get("x-envoy-original-path"), originalPath);
    });
  }
  for (const path of ["/exact/", "/api", "/Web", "/"]) {
    await t.step(`${path} has no route`, async () => {
      const response = await askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
      assert.equal(response.status, 404);
      assert.equal(response.body, "");
      assert.equal(response.header("content-length"), "0");
      assert.equal(response.header("content-type"), null);
    });
  }
});

Deno.test("a request goes to the virtual host of its host", async (t) => {
  const config = bootstrap({
    virtualHosts: [
      named("star", "*"),
      named("prefix", "foo.*", "foo-*"),
      named("long-prefix", "foo.bar.*"),
      named("suffix", "*.com"),
      named("long-suffix", "*.foo.com"),
      named("exact", "foo.com", "Bar.com"),
      named("port", "foo.com:8080"),
      `{ name: empty, domains: [empty.test], routes: [${directRoute("/only", "only")}] }`,
    ],
  });
  await using proxy = await startProxy({ config });
  const cases: Array<[host: string, virtualHost: string]> = [
    ["foo.com", "exact"],
    ["FOO.COM", "exact"],
    ["bar.com", "exact"],
    ["foo.com:8080", "port"],
    ["foo.com:80", "prefix"],
    ["a.foo.com", "long-suffix"],
    ["a.b.foo.com", "long-suffix"],
    ["foo.com.com", "suffix"],
    ["foo.org", "prefix"],
    ["foo-x", "prefix"],
    ["foo.bar.org", "long-prefix"],
    ["else.test", "star"],
  ];
  for (const [host, virtualHost] of cases) {
    await t.step(`${host} is for ${virtualHost}`, async () => {
      const response = await askRaw(proxy.listenerUrl("web"), `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      assert.equal(response.body, virtualHost);
    });
  }
  await t.step("a virtual host without a matching route does not fall through", async () => {
    const response = await askRaw(proxy.listenerUrl("web"), "GET / HTTP/1.1\r\nhost: empty.test\r\n\r\n");
    assert.equal(response.status, 404);
  });
});

Deno.test("a host may be matched without its port", async () => {
  const config = bootstrap({
    virtualHosts: [named("plain", "foo.com"), named("v6", "[::1]")],
  }).replace("name: routes", "name: routes\n            ignore_port_in_host_matching: true");
  await using proxy = await startProxy({ config });
  for (const [host, virtualHost] of [["foo.com:8080", "plain"], ["foo.com", "plain"], ["[::1]:80", "v6"]]) {
    const response = await askRaw(proxy.listenerUrl("web"), `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    assert.equal(response.body, virtualHost, host!);
  }
});

Deno.test("a route may answer by itself", async (t) => {
  const direct = (path: string, status: number, body: string) =>
    `{ match: { path: ${path} }, direct_response: { status: ${status}${body} } }`;
  const config = bootstrap({
    routes: [
      direct("/text", 200, `, body: { inline_string: "hello\\n" }`),
      direct("/empty", 200, ""),
      direct("/teapot", 418, `, body: { inline_string: "short and stout" }`),
      direct("/moved", 301, ""),
      direct("/bad", 400, `, body: { inline_string: "no" }`),
    ],
  });
  await using proxy = await startProxy({ config });
  const ask = (path: string, method = "GET") =>
    askRaw(proxy.listenerUrl("web"), `${method} ${path} HTTP/1.1\r\nhost: a.test\r\n\r\n`, {
      isHead: method === "HEAD",
    });

  await t.step("with a text", async () => {
    const response = await ask("/text");
    assert.equal(response.startLine, "HTTP/1.1 200 OK");
    assert.equal(response.body, "hello\n");
    assert.equal(response.header("content-type"), "text/plain");
    assert.equal(response.header("content-length"), "6");
    assert.equal(response.header("server"), "envoy");
    assert.ok(response.header("date"));
  });
  await t.step("with a text, asked by HEAD", async () => {
    const response = await ask("/text", "HEAD");
    assert.equal(response.status, 200);
    assert.equal(response.header("content-length"), "6");
  });
  await t.step("with nothing", async () => {
    const response = await ask("/empty");
    assert.equal(response.header("content-length"), "0");
    assert.equal(response.header("content-type"), null);
  });
  await t.step("with any status", async () => {
    const response = await ask("/teapot");
    assert.equal(response.status, 418);
    assert.equal(response.body, "short and stout");
  });
  await t.step("with a redirect to where the request went", async () => {
    const response = await ask("/moved");
    assert.equal(response.status, 301);
    assert.equal(response.header("location"), "http://a.test/moved");
  });
  await t.step("with 400, which closes the connection", async () => {
    const response = await ask("/bad");
    assert.equal(response.status, 400);
    assert.equal(response.body, "no");
    assert.equal(response.header("connection"), "close");
  });
});
