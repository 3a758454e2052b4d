import assert from "node:assert/strict";
import { withoutParameters } from "./routed_path.ts";

/** The path stands inside other bytes, as in a request line. */
function stripped(path: string): string | null {
  const bytes = new TextEncoder().encode(`;/${path};/`);
  const found = withoutParameters(bytes, 2, bytes.length - 2);
  return found === null ? null : new TextDecoder().decode(found);
}

// Each as Envoy 1.40 has it.
const cases: Array<[path: string, wanted: string | null]> = [
  ["/x", null],
  ["", null],
  ["/x;v", "/x"],
  ["/x;", "/x"],
  ["/x;v/y", "/x/y"],
  ["/x;a;b/y", "/x/y"],
  ["/x;a/y;b/z;c", "/x/y/z"],
  ["/x/;a/y", "/x//y"],
  ["/;a/y", "//y"],
  ["/x;/", "/x/"],
];

for (const [path, wanted] of cases) {
  Deno.test(`withoutParameters makes ${wanted ?? "nothing else"} of "${path}"`, () => {
    assert.equal(stripped(path), wanted);
  });
}
