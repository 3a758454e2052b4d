import assert from "node:assert/strict";
import { matchesTlsContext } from "./tls_context_matcher.ts";

const trusted = { isPresented: true, isValidated: true }, unknown = { isPresented: true, isValidated: false };

Deno.test("matchesTlsContext() asks only for what is set, and takes no TLS for no certificate", () => {
  const rows: Array<[boolean | null, boolean | null, boolean[]]> = [
    [null, null, [true, true, true]],
    [true, null, [true, true, false]],
    [false, null, [false, false, true]],
    [null, true, [true, false, false]],
    [null, false, [false, true, true]],
    [true, false, [false, true, false]],
    [false, true, [false, false, false]],
  ];
  for (const [presented, validated, expected] of rows) {
    const found = [trusted, unknown, null].map((peer) => matchesTlsContext({ presented, validated }, peer));
    assert.deepEqual(found, expected, `presented ${presented}, validated ${validated}`);
  }
});
