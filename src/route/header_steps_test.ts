import assert from "node:assert/strict";
import { managerConfig } from "../../test/support/manager_config.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { formatContext, streamView } from "../../test/support/stream_views.ts";
import { SINGLE_LINE_REQUEST_HEADERS } from "../http/single_line_headers.ts";
import { HeaderMutations } from "./header_mutation.ts";
import { HeaderSteps } from "./header_steps.ts";

const TYPE = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";

/** The fields of a request after these steps, in YAML. */
function after(steps: readonly string[], ...fields: readonly (readonly [name: string, value: string])[]) {
  const extension = `{ name: e, typed_config: { "@type": type.googleapis.com/${TYPE}, mutations: [${steps}] } }`;
  const { earlyMutations } = managerConfig(`early_header_mutation_extensions: [${extension}]`);
  const head = requestHead("GET", "/path", { host: "a.test" });
  for (const [name, value] of fields) head.headers.addName(name, value);
  new HeaderSteps(earlyMutations, SINGLE_LINE_REQUEST_HEADERS, formatContext())
    .apply(head.headers, streamView({ request: head }));
  return head.headers.entries().filter(([name]) => name !== "host").map(([name, value]) => `${name}: ${value}`);
}

function append(key: string, value: string, more = ""): string {
  return `{ append: { header: { key: ${key}, value: "${value}" }${more} } }`;
}

Deno.test("steps are done one after the other, each on what is there then", () => {
  const steps = [
    append("x-a", "%REQ(X-B)%"),
    "{ remove: X-B }",
    append("x-c", "<%REQ(x-b)%>"),
    append("x-d", "%REQ(x-a)%"),
  ];
  assert.deepEqual(after(steps, ["x-b", "1"], ["x-b", "2"]), ["x-a: 1", "x-c: <>", "x-d: 1"]);
});

Deno.test("an action says what becomes of the fields that are there", () => {
  const two = [["x-a", "1"], ["x-a", "2"]] as const;
  for (
    const [action, alone, beside] of [
      ["APPEND_IF_EXISTS_OR_ADD", ["x-a: n"], ["x-a: 1", "x-a: 2", "x-a: n"]],
      ["ADD_IF_ABSENT", ["x-a: n"], ["x-a: 1", "x-a: 2"]],
      ["OVERWRITE_IF_EXISTS", [], ["x-a: n"]],
      ["OVERWRITE_IF_EXISTS_OR_ADD", ["x-a: n"], ["x-a: n"]],
    ] as const
  ) {
    const step = append("X-A", "n", `, append_action: ${action}`);
    assert.deepEqual(after([step]), alone, action);
    assert.deepEqual(after([step], ...two), beside, action);
  }
  assert.deepEqual(after([append("x-a", "n", ", append: false")], ...two), ["x-a: n"]);
  assert.deepEqual(after([append("x-a", "n", ", append: true")], ...two), ["x-a: 1", "x-a: 2", "x-a: n"]);
});

Deno.test("an empty value is set only where it is to be kept", () => {
  const overwrites = ", append_action: OVERWRITE_IF_EXISTS_OR_ADD";
  assert.deepEqual(after([append("x-a", "", overwrites)], ["x-a", "1"]), ["x-a: 1"]);
  assert.deepEqual(after([append("x-a", "%REQ(X-NOT)%", overwrites)], ["x-a", "1"]), ["x-a: 1"]);
  assert.deepEqual(after([append("x-a", "", `${overwrites}, keep_empty_value: true`)], ["x-a", "1"]), ["x-a: "]);
});

Deno.test("a name that is one line gets no second, however many it came with", () => {
  assert.deepEqual(after([append("via", "n")], ["via", "a"]), ["via: a,n"]);
  assert.deepEqual(after([append("pragma", "n")], ["pragma", "a"], ["pragma", "b"]), ["pragma: a,b,n"]);
  const { headers } = requestHead("GET", "/");
  for (const value of ["a", "b"]) headers.addName("pragma", value);
  const add = [
    { name: "pragma", value: ["n"], action: "APPEND_IF_EXISTS_OR_ADD", keepsEmpty: false },
    { name: "pragma", value: ["m"], action: "APPEND_IF_EXISTS_OR_ADD", keepsEmpty: false },
  ] as const;
  HeaderMutations.ofRequests({ remove: [], add }, formatContext())!.apply(headers, streamView());
  assert.deepEqual(headers.entries(), [["pragma", "a,b,n,m"]]);
});

Deno.test("a matcher removes every field whose name it takes, in lower case, but the host", () => {
  const fields = [["x-a", "1"], ["cookie", "o"], ["x-ab", "2"], ["x-a", "3"]] as const;
  const matching = (matcher: string) => after([`{ remove_on_match: { key_matcher: { ${matcher} } } }`], ...fields);
  assert.deepEqual(matching("exact: x-a"), ["cookie: o", "x-ab: 2"]);
  assert.deepEqual(matching("exact: X-A"), ["x-a: 1", "cookie: o", "x-ab: 2", "x-a: 3"]);
  assert.deepEqual(matching("exact: X-A, ignore_case: true"), ["cookie: o", "x-ab: 2"]);
  assert.deepEqual(matching("prefix: x-"), ["cookie: o"]);
  assert.deepEqual(matching("safe_regex: { regex: '.*b|c.*' }"), ["x-a: 1", "x-a: 3"]);
  const head = requestHead("GET", "/", { host: "a.test", "x-o": "1" });
  const names = { kind: "contains", value: "o", ignoreCase: false } as const;
  new HeaderSteps([{ kind: "remove_matching", names }], new Set(), formatContext()).apply(head.headers, streamView());
  assert.deepEqual(head.headers.entries(), [["host", "a.test"]]);
});
