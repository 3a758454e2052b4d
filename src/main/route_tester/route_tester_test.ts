/**
 * The route tester says what the data path does: random tables and requests are put to both. And what it says is in words.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { ConfigState } from "../../control/config_state.ts";
import { NO_NODE } from "../../config/snapshot.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import type { RouteTestRequest } from "../../admin/contract/route_trial.ts";
import { DataPath, type DataPathOptions } from "../../../test/support/data_path.ts";
import { RouteTester } from "./route_tester.ts";

/** A data path, and a tester of the same configuration. */
class Pair {
  readonly path: DataPath;
  readonly tester: RouteTester;

  constructor(options: DataPathOptions, runtime: RuntimeRecord = {}) {
    this.path = new DataPath({ ...options, runtime });
    const state = new ConfigState();
    state.apply({
      generation: 1,
      node: NO_NODE,
      localCluster: null,
      runtime,
      clusters: [],
      members: [],
      removedClusters: [],
      routes: [],
      listeners: [{ config: this.path.listener, incarnation: 1, revision: 1 }],
      usesCel: false,
    });
    this.tester = new RouteTester({
      state,
      runtime: new RuntimeValues(runtime),
      clusterState: (name) => name === "web" ? "active" : "missing",
      hostsOf: () => [],
    });
  }

  test(request: Partial<RouteTestRequest>) {
    return this.tester.test({
      method: "GET",
      scheme: "http",
      authority: "a.example",
      path: "/",
      headers: [],
      ...request,
    })!;
  }
}

/** Every route answers by itself, with its name. */
function table(hosts: readonly { domains: readonly string[]; routes: readonly string[] }[]): string {
  const written = hosts.map(({ domains, routes }, at) => {
    const entries = routes.map((match, index) => {
      const name = `"${at}-${index}"`;
      return `{ name: ${name}, match: ${match}, direct_response: { status: 200, body: { inline_string: ${name} } } }`;
    });
    return `{ name: host-${at}, domains: ${JSON.stringify(domains)}, routes: [${entries.join(", ")}] }`;
  });
  return `{ name: main, virtual_hosts: [${written.join(", ")}] }`;
}

const DOMAINS = ["a.example", "b.example", "*.example", "*.b.example", "a.*", "A.Example:8080"];
const PATHS = ["/", "/a", "/a/b", "/a/b/c", "/b", "/B", "/a?x=1", "/b?x=2&y", "/a/../b", "/a//b"];
const MATCHES = [
  '{ prefix: "/" }',
  '{ prefix: "/a" }',
  '{ path: "/a" }',
  '{ prefix: "/b", case_sensitive: false }',
  '{ path_separated_prefix: "/a/b" }',
  '{ safe_regex: { regex: "/[ab](/.*)?" } }',
  '{ prefix: "/", headers: [{ name: x-v, string_match: { exact: "2" } }] }',
  '{ prefix: "/a", headers: [{ name: x-v, present_match: true, invert_match: true }] }',
  '{ prefix: "/", query_parameters: [{ name: x, string_match: { exact: "1" } }] }',
  '{ prefix: "/", headers: [{ name: ":method", string_match: { exact: POST } }] }',
  '{ prefix: "/", runtime_fraction: { default_value: { numerator: 0 }, runtime_key: on } }',
  '{ prefix: "/", runtime_fraction: { default_value: { numerator: 100 }, runtime_key: off } }',
];

Deno.test("RouteTester says of random requests to random tables what the data path does", () => {
  const random = new Random(20260);
  const one = <Item>(items: readonly Item[]): Item => items[random.below(items.length)]!;
  const some = <Item>(items: readonly Item[], most: number): Item[] =>
    Array.from({ length: 1 + random.below(most) }, () => one(items));
  let matched = 0;
  for (let round = 0; round < 150; round++) {
    const domains = DOMAINS.filter(() => random.below(2) === 0);
    const hosts = domains.map((domain) => ({ domains: [domain], routes: some(MATCHES, 6) }));
    if (random.below(2) === 0 || hosts.length === 0) hosts.push({ domains: ["*"], routes: some(MATCHES, 6) });
    const fields = ["normalize_path: true", "merge_slashes: true"].filter(() => random.below(2) === 0);
    const pair = new Pair({ routes: table(hosts), managerFields: fields }, { on: 100, off: 0 });
    for (let request = 0; request < 6; request++) {
      const method = one(["GET", "POST"]),
        path = one(PATHS),
        authority = one(["a.example", "c.b.example", "x", "a.test"]);
      const headers: [string, string][] = random.below(2) === 0 ? [] : [["x-v", one(["1", "2"])]];
      const client = pair.path.connect();
      const fieldLines = [...headers.map(([name, value]) => `${name}: ${value}\r\n`), "content-length: 0\r\n"].join("");
      client.send(`${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n${fieldLines}\r\n`);
      pair.path.deliver();
      const answer = client.take(), status = Number(answer.slice(9, 12));
      const result = pair.test({ method, path, authority, headers });
      const about = `${method} ${authority}${path} ${JSON.stringify(headers)} to\n${table(hosts)}\n${fields}`;
      equal(result.action.status, status, about);
      equal(result.route, status === 200 ? answer.slice(answer.indexOf("\r\n\r\n") + 4) : null, about);
      if (result.matched) matched++;
      client.close("abort");
      pair.path.deliver();
    }
  }
  ok(matched > 300, `only ${matched} requests had a route`);
});

Deno.test("RouteTester names what each candidate that was passed over wants, and why the virtual host was taken", () => {
  const pair = new Pair({
    routes: table([
      {
        domains: ["*.example"],
        routes: [
          '{ prefix: "/api" }',
          '{ prefix: "/", headers: [{ name: x-v, present_match: true }] }',
          '{ prefix: "/" }',
        ],
      },
    ]),
  });
  const { steps } = pair.test({ path: "/web" });
  deepEqual(steps.filter(({ kind }) => kind === "route").map(({ index, result, reason }) => [index, result, reason]), [
    [0, "skipped", 'wants path prefix "/api"'],
    [1, "skipped", 'wants header "x-v" present'],
    [2, "matched", 'path prefix "/"'],
  ]);
  match(steps.find(({ kind }) => kind === "virtual_host")!.reason, /ends as \*\.example does/);
  const nowhere = pair.test({ authority: "elsewhere.test" });
  equal(nowhere.matched, false);
  deepEqual(nowhere.action, { kind: "none", status: 404 });
});

Deno.test("RouteTester shows weights as runtime has them, rewrites, and headers with who changed them", () => {
  const pair = new Pair({
    routes: `{ name: main, validate_clusters: false, virtual_hosts: [{ name: all, domains: ["*"], routes: [{
                match: { prefix: /v1 },
                request_headers_to_add: [{ header: { key: x-route, value: "%REQ(:method)%" } }],
                response_headers_to_add: [{ header: { key: x-out, value: yes-it-is } }],
                route: {
                  prefix_rewrite: /v2,
                  host_rewrite_literal: web.internal,
                  timeout: 3s,
                  retry_policy: { retry_on: "5xx,reset", num_retries: 2 },
                  weighted_clusters: {
                    runtime_key_prefix: shares,
                    clusters: [{ name: web, weight: 60 }, { name: gone, weight: 40 }]
                  }
                }
              }] }] }`,
  }, { "shares.web": 25, "shares.gone": 75 });
  const low = pair.test({ path: "/v1/x?y=1", random: 24 }), high = pair.test({ path: "/v1/x", random: 25 });
  deepEqual(low.action.weights, [
    { name: "web", percent: 25, chosen: true },
    { name: "gone", percent: 75, chosen: false },
  ]);
  equal(low.action.path_rewrite, "/v2/x?y=1");
  equal(low.action.host_rewrite, "web.internal");
  equal(low.action.timeout_ms, 3000);
  deepEqual(low.action.retry, { conditions: ["5xx", "reset"], num_retries: 2, per_try_timeout_ms: 0 });
  deepEqual([high.action.cluster, high.action.cluster_state, high.action.status], ["gone", "missing", 503]);
  deepEqual(low.runtime, [{ key: "shares.web", effective: "25" }, { key: "shares.gone", effective: "75" }]);
  const byRoute = low.request_headers.filter(({ by }) => by === "route");
  deepEqual(byRoute, [{ name: "x-route", before: null, after: "GET", by: "route" }]);
  ok(low.request_headers.some(({ name, by }) => name === "x-envoy-original-path" && by === "rewrite"));
  ok(low.request_headers.some(({ name, by }) => name === "x-request-id" && by === "connection manager"));
  deepEqual(low.response_headers, [{ name: "x-out", before: null, after: "yes-it-is", by: "route" }]);
});

Deno.test("RouteTester says that the connection manager refuses before any route is asked", () => {
  const pair = new Pair({ routes: table([{ domains: ["*"], routes: ['{ prefix: "/" }'] }]) });
  const { matched, action } = pair.test({ path: "/a#b" });
  deepEqual([matched, action.kind, action.status], [false, "refused", 400]);
});

Deno.test("RouteTester knows listeners and tables by name, and no others", () => {
  const pair = new Pair({ routes: table([{ domains: ["*"], routes: ['{ prefix: "/" }'] }]) });
  const name = pair.path.listener.name;
  equal(pair.test({ listener: name }).matched, true);
  equal(pair.test({ route_config: "main" }).matched, true);
  const other = { method: "GET", scheme: "http", authority: "a", path: "/", headers: [] } as const;
  equal(pair.tester.test({ ...other, headers: [], listener: "none" }), null);
  equal(pair.tester.test({ ...other, headers: [], route_config: "none" }), null);
});
