import assert from "node:assert/strict";
import { matchedPath } from "./access.ts";
import { sampleAdmin } from "./sample_source.ts";

Deno.test("allow_paths is asked with the query, for the console and its API too", async () => {
  const { ask } = sampleAdmin({ isPathAllowed: (path) => path === "/ready" || path.startsWith("/stats?filter=a") });
  assert.equal((await ask("/ready")).status, 200);
  const refused = await ask("/ready?x");
  assert.deepEqual([refused.status, await refused.text()], [403, "request to path /ready?x not allowed"]);
  for (const path of ["/api/v1/overview", "/console/", "/stats"]) assert.equal((await ask(path)).status, 403, path);
});

const hosts: Array<[host: string, status: number]> = [
  ["127.0.0.1:9901", 200],
  ["[::1]:9901", 200],
  ["localhost:9901", 200],
  ["LOCALHOST", 200],
  ["admin.internal:9901", 200],
  ["evil.example", 403],
  ["evil.example:9901", 403],
  ["127.0.0.1.evil.example", 403],
];

for (const [host, status] of hosts) {
  Deno.test(`a request for host ${host} gets ${status}`, async () => {
    const { ask } = sampleAdmin({ allowedHosts: ["admin.internal"] });
    assert.equal((await ask("/server_info", { headers: { host } })).status, status);
  });
}

Deno.test("probes and scrapers may come by any name", async () => {
  const { ask } = sampleAdmin();
  for (const path of ["/ready", "/stats", "/stats/prometheus"]) {
    const answer = await ask(path, { headers: { host: "denvoy.mesh.svc" } });
    await answer.body?.cancel();
    assert.equal(answer.status, 200, path);
  }
  assert.equal((await ask("/ready", { method: "POST", headers: { host: "denvoy.mesh.svc" } })).status, 403);
});

const origins: Array<[name: string, headers: Record<string, string>, status: number]> = [
  ["no origin", {}, 200],
  ["its own origin", { host: "127.0.0.1:9901", origin: "http://127.0.0.1:9901" }, 200],
  ["another port", { host: "127.0.0.1:9901", origin: "http://127.0.0.1:80" }, 403],
  ["another site", { host: "127.0.0.1:9901", origin: "http://evil.example" }, 403],
  ["a hidden origin", { host: "127.0.0.1:9901", origin: "null" }, 403],
  ["a page of another site", { "sec-fetch-site": "cross-site" }, 403],
  ["a page of a sibling site", { "sec-fetch-site": "same-site" }, 403],
  ["its own page", { "sec-fetch-site": "same-origin" }, 200],
];

for (const [name, headers, status] of origins) {
  Deno.test(`a POST from ${name} gets ${status}`, async () => {
    const { ask, source } = sampleAdmin();
    assert.equal((await ask("/quitquitquit", { method: "POST", headers })).status, status);
    assert.equal(source.quits, status === 200 ? 1 : 0);
  });
}

Deno.test("another machine may read, and change nothing", async () => {
  const { ask, source } = sampleAdmin();
  assert.equal((await ask("/server_info", { peer: "remote" })).status, 200);
  assert.equal((await ask("/quitquitquit", { method: "POST", peer: "remote" })).status, 403);
  assert.equal(source.quits, 0);
  const overview = await (await ask("/api/v1/overview", { peer: "remote" })).json();
  assert.match(overview.server.read_only_reason, /another machine/);
  assert.equal((await (await ask("/api/v1/overview")).json()).server.read_only_reason, null);
});

Deno.test("--admin-envoy-open lets another machine do everything", async () => {
  const { ask, source } = sampleAdmin({ isEnvoyOpen: true });
  assert.equal((await ask("/quitquitquit", { method: "POST", peer: "remote" })).status, 200);
  assert.equal(source.quits, 1);
});

Deno.test("matchedPath() decodes and merges, but not where a segment is a name", () => {
  assert.equal(matchedPath("http://h//a//%62?c=%64"), "/a/b");
  assert.equal(matchedPath("http://h/%zz"), "/%zz");
  assert.equal(matchedPath("http://h"), "/");
  assert.equal(matchedPath("http://h/api/v1/clusters/a%2Fb"), "/api/v1/clusters/a%2Fb");
});
