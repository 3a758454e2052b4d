import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { compilePathRules, type PathRules, PathVerdict } from "./path_rules.ts";

function rules(fields: readonly string[], runtime: RuntimeRecord = {}, draw = 0): PathRules | null {
  return compilePathRules(managerConfig(...fields).normalization, new RuntimeValues(runtime), () => draw);
}

/** The path that comes of `path`, with the verdict in front where it is not fit. */
function applied(compiled: PathRules | null, path: string): string {
  const head = requestHead("GET", path);
  const verdict = compiled!.apply(head);
  return verdict === PathVerdict.fit ? head.path : `${verdict === PathVerdict.refused ? "refused" : "to"} ${head.path}`;
}

const slashes = (action: string) => `path_with_escaped_slashes_action: ${action}`;
const NORMAL = "normalize_path: true", MERGED = "merge_slashes: true";

Deno.test("path rules are compiled out where nothing is asked for", () => {
  assert.equal(rules([]), null);
  assert.equal(rules(["normalize_path: false", slashes("KEEP_UNCHANGED")]), null);
});

Deno.test("path rules do as configured, to the path and not to the query", () => {
  const cases: readonly (readonly [fields: readonly string[], path: string, wanted: string])[] = [
    [[NORMAL], "/a/../b?c=/../d%41", "/b?c=/../d%41"],
    [[NORMAL], "/a//b", "/a//b"],
    [[NORMAL], "/a%2fb", "/a%2fb"],
    [[NORMAL], "/a%00b", "refused /a%00b"],
    [[MERGED], "//x///y?p=//", "/x/y?p=//"],
    [[MERGED], "/a/../b", "/a/../b"],
    [[NORMAL, MERGED], "//a/%2e%2e//b", "/b"],
    [[NORMAL, MERGED], "/plain?", "/plain?"],
    [[slashes("REJECT_REQUEST")], "/a%2fb?x", "refused /a/b?x"],
    [[slashes("REJECT_REQUEST")], "/a?x=%2f", "/a?x=%2f"],
    [[slashes("REJECT_REQUEST"), NORMAL], "/a/../b", "/b"],
    [[slashes("UNESCAPE_AND_REDIRECT")], "/a%5cb?x=%2f", "to /a\\b?x=%2f"],
    [[slashes("UNESCAPE_AND_REDIRECT"), NORMAL, MERGED], "/x//..%2F%2fa%5cb", "to /x/a/b"],
    [[slashes("UNESCAPE_AND_REDIRECT"), NORMAL], "/a/../b", "/b"],
    [[slashes("UNESCAPE_AND_REDIRECT"), NORMAL], "/a%00%2fb", "refused /a%00/b"],
    [[slashes("UNESCAPE_AND_FORWARD")], "/a%2f..%2Fb", "/a/../b"],
    [[slashes("UNESCAPE_AND_FORWARD"), NORMAL], "/a%2f..%2Fb?q", "/b?q"],
  ];
  for (const [fields, path, wanted] of cases) assert.equal(applied(rules(fields), path), wanted, `${fields} ${path}`);
});

Deno.test("path rules leave the head alone where there is nothing to do", () => {
  const head = requestHead("GET", "/api/v1/users?q=%2F..", { host: "a" });
  const { pathBytes, pathStart, pathEnd } = head;
  assert.equal(rules([NORMAL, MERGED, slashes("UNESCAPE_AND_FORWARD")])!.apply(head), PathVerdict.fit);
  assert.equal(head.pathBytes, pathBytes);
  assert.deepEqual([head.pathStart, head.pathEnd], [pathStart, pathEnd]);
});

Deno.test("the runtime decides what the configuration leaves open", () => {
  const key = "http_connection_manager.normalize_path";
  assert.equal(applied(rules([], { [key]: 100 }), "/a/../b"), "/b");
  assert.equal(applied(rules([], { [key]: 50 }, 49), "/a/../b"), "/b");
  assert.equal(rules([], { [key]: 50 }, 50), null);
  assert.equal(rules(["normalize_path: false"], { [key]: 100 }), null);
  assert.equal(applied(rules([NORMAL], { [key]: 0 }), "/a/../b"), "/b");

  const action = "http_connection_manager.path_with_escaped_slashes_action";
  assert.equal(applied(rules([], { [action]: 2 }), "/a%2fb"), "refused /a/b");
  assert.equal(applied(rules([slashes("IMPLEMENTATION_SPECIFIC_DEFAULT")], { [action]: 4 }), "/a%2fb"), "/a/b");
  assert.equal(rules([slashes("KEEP_UNCHANGED")], { [action]: 4 }), null);
  assert.equal(rules([], { [action]: 9 }), null);
  assert.equal(rules([slashes("REJECT_REQUEST")], { [`${action}_enabled`]: 0 }), null);
  assert.equal(rules([slashes("REJECT_REQUEST")], { [`${action}_enabled`]: 30 }, 30), null);
  assert.notEqual(rules([slashes("REJECT_REQUEST")], { [`${action}_enabled`]: 30 }, 29), null);
});
