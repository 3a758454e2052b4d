import assert from "node:assert/strict";
import { requestHead } from "../../../test/support/request_heads.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { TrustClassRules } from "./trust_class.ts";

/** Removed from every external request (spec/http.md 1.14, S1). */
const S1 = ("retry-on retry-grpc-on max-retries retriable-status-codes retriable-header-names upstream-rq-timeout-ms " +
  "upstream-rq-per-try-timeout-ms expected-rq-timeout-ms upstream-rq-timeout-alt-response hedge-on-per-try-timeout " +
  "upstream-alt-stat-name force-trace ip-tags original-url").split(" ");
/** Removed at the edge as well (S2). */
const S2 = "decorator-operation downstream-service-cluster downstream-service-node original-path original-host".split(
  " ",
);
/** Nobody's to remove. */
const OTHERS = ["attempt-count", "is-timeout-retry", "unknown"];

function left(isEdge: boolean, isInternal: boolean, internalOnly: readonly string[] = []) {
  const fields = Object.fromEntries([...S1, ...S2, ...OTHERS].map((name) => [`x-envoy-${name}`, "1"]));
  const { headers } = requestHead("GET", "/", { ...fields, "x-secret": "s", cookie: "c" });
  const facts = new StreamFacts();
  facts.isInternal = isInternal;
  facts.downstreamAddress = "192.0.2.5";
  const atEdge = new TrustClassRules(isEdge, internalOnly).apply(headers, facts);
  const names = headers.entries().map(([name, value]) =>
    value === "1" ? name.replace("x-envoy-", "") : `${name}=${value}`
  );
  return { atEdge, names };
}

Deno.test("what a request may say depends on where it comes from", () => {
  const own = ["x-secret=s", "cookie=c"];
  assert.deepEqual(left(false, false), { atEdge: false, names: [...S2, ...OTHERS, ...own] });
  assert.deepEqual(left(true, false), {
    atEdge: true,
    names: [...OTHERS, ...own, "x-envoy-external-address=192.0.2.5"],
  });
  for (const isEdge of [false, true]) {
    assert.deepEqual(left(isEdge, true), {
      atEdge: false,
      names: [...S1, ...S2, ...OTHERS, ...own, "x-envoy-internal=true"],
    });
  }
});

Deno.test("internal-only headers are stripped with the rest, with a number or without", () => {
  assert.deepEqual(left(false, false, ["x-secret", "cookie"]).names, [...S2, ...OTHERS]);
  assert.ok(left(true, true, ["x-secret", "cookie"]).names.includes("x-secret=s"));
});
