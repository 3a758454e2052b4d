import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { compileHostRules } from "./host_rules.ts";

const ANY = "strip_any_host_port: true", MATCHING = "strip_matching_host_port: true";
const DOT = "strip_trailing_host_dot: true";

function applied(fields: readonly string[], host: string, method = "GET") {
  const head = requestHead(method, method === "CONNECT" ? "" : "/", { host });
  compileHostRules(managerConfig(...fields).normalization)!.apply(head, 8080);
  return head;
}

Deno.test("host rules are compiled out where nothing is asked for", () => {
  assert.equal(compileHostRules(managerConfig().normalization), null);
});

/** As real Envoy has it; the listener's port is 8080. */
Deno.test("host rules take off the dot, then the port", () => {
  const cases: readonly (readonly [host: string, any: string, matching: string, dot: string, both: string])[] = [
    ["a.test", "a.test", "a.test", "a.test", "a.test"],
    ["a.test.", "a.test.", "a.test.", "a.test", "a.test"],
    ["a.test:80", "a.test", "a.test:80", "a.test:80", "a.test"],
    ["a.test:8080", "a.test", "a.test", "a.test:8080", "a.test"],
    ["a.test.:8080", "a.test.", "a.test.", "a.test:8080", "a.test"],
    ["[::1]:80", "[::1]", "[::1]:80", "[::1]:80", "[::1]"],
    ["[::1]", "[::1]", "[::1]", "[::1]", "[::1]"],
    ["a.test:", "a.test:", "a.test:", "a.test:", "a.test:"],
    ["a.test:8x", "a.test:8x", "a.test:8x", "a.test:8x", "a.test:8x"],
    ["a.test:08080", "a.test", "a.test", "a.test:08080", "a.test"],
    ["a:b:80", "a:b", "a:b:80", "a:b:80", "a:b"],
    [".", ".", ".", "", ""],
    ["a..:80", "a..", "a..:80", "a.:80", "a."],
    ["", "", "", "", ""],
  ];
  for (const [host, ...wanted] of cases) {
    const results = [[ANY], [MATCHING], [DOT], [DOT, ANY]].map((fields) => applied(fields, host).authority);
    assert.deepEqual(results, wanted, host);
  }
});

Deno.test("host rules note the port that a CONNECT is due upstream", () => {
  const connect = applied([ANY], "a.test:443", "CONNECT");
  assert.deepEqual([connect.authority, connect.connectPort], ["a.test", 443]);
  assert.equal(applied([MATCHING], "a.test:443", "CONNECT").connectPort, 0);
  assert.equal(applied([ANY], "a.test:443").connectPort, 0);
});
