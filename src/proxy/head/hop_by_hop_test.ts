import assert from "node:assert/strict";
import { requestHead } from "../../../test/support/request_heads.ts";
import { HeaderId } from "../../http/header_names.ts";
import { dropNominated } from "./connection_header.ts";
import { dropInterimHops, dropRequestHops, dropResponseHops, dropUpgradedHops, dropUpgradeHops } from "./hop_by_hop.ts";

const HOPS = {
  connection: "x",
  upgrade: "y",
  "keep-alive": "5",
  "proxy-connection": "z",
  "transfer-encoding": "chunked",
};

function names(drop: (headers: ReturnType<typeof requestHead>["headers"]) => void, fields: Record<string, string>) {
  const { headers } = requestHead("GET", "/", fields);
  drop(headers);
  return headers.entries();
}

Deno.test("fields of one hop end here, in both directions", () => {
  const kept = { host: "a", x: "1" };
  assert.deepEqual(
    names(dropRequestHops, { ...HOPS, ...kept, "http2-settings": "A", "x-envoy-internal": "true" }),
    Object.entries(kept),
  );
  assert.deepEqual(names(dropResponseHops, { ...HOPS, ...kept }), Object.entries(kept));
  assert.deepEqual(names(dropInterimHops, { ...HOPS, ...kept }), [["keep-alive", "5"], ...Object.entries(kept)]);
});

Deno.test("an upgrade and its acceptance keep what makes them one", () => {
  const kept = { connection: "x", upgrade: "y", host: "a" };
  const asked = { te: "gzip", "http2-settings": "A" };
  assert.deepEqual(
    names(dropUpgradeHops, { ...HOPS, ...asked, "x-envoy-internal": "true", referer: "http://u@a/", host: "a" }),
    [["connection", "x"], ["upgrade", "y"], ...Object.entries(asked), ["host", "a"]],
  );
  assert.deepEqual(names(dropUpgradedHops, { ...HOPS, host: "a" }), Object.entries(kept));
});

Deno.test("te is trailers or nothing", () => {
  const te = (value: string) => names(dropRequestHops, { te: value });
  for (const value of ["trailers", "gzip, trailers", "trailers ,x"]) assert.deepEqual(te(value), [["te", "trailers"]]);
  for (const value of ["gzip", "Trailers", "trailers;q=1", "x".repeat(300)]) assert.deepEqual(te(value), []);
  assert.deepEqual(te(""), [["te", ""]]);
});

Deno.test("a referer that tells too much is dropped", () => {
  assert.deepEqual(names(dropRequestHops, { referer: "http://u@a/" }), []);
  assert.deepEqual(names(dropRequestHops, { referer: "http://a/?b" }), [["referer", "http://a/?b"]]);
});

Deno.test("what connection nominates is dropped, and what it may not nominate refuses the request", () => {
  const after = (connection: string, fields: Record<string, string> = {}) => {
    const { headers } = requestHead("GET", "/", { ...fields, connection });
    if (!dropNominated(headers)) return null;
    return headers.entries().map(([name]) => name).filter((name) => name !== "connection");
  };
  const fields = { host: "a", foo: "1", te: "trailers", cookie: "c" };
  for (const option of ["close", "keep-alive", "Close", "upgrade, http2-settings", "te", "", ",,,,,,,,,,,"]) {
    assert.deepEqual(after(option, fields), Object.keys(fields), option);
  }
  assert.deepEqual(after("foo", fields), ["host", "te", "cookie"]);
  assert.deepEqual(after("Foo ,close,\tCOOKIE", fields), ["host", "te"]);
  assert.deepEqual(after("host", fields), ["foo", "te", "cookie"]);
  assert.deepEqual(after("a,b,c,d,e,f,g,h,i", fields), Object.keys(fields));
  for (
    const bad of ["x-forwarded-for", "X-Forwarded-Proto, close", "x-forwarded-host", ":path", "a,b,c,d,e,f,g,h,i,j"]
  ) {
    assert.equal(after(bad, fields), null, bad);
  }
  assert.equal(after("te", { te: "x".repeat(256) }), null);
  assert.deepEqual(after("te", { te: "x".repeat(255) }), ["te"]);
});

Deno.test("what is nominated leaves connection itself too", () => {
  const left = (connection: string) => {
    const { headers } = requestHead("GET", "/", { connection, foo: "1" });
    assert.equal(dropNominated(headers), true);
    return headers.get(HeaderId.connection);
  };
  assert.equal(left("foo"), null);
  assert.equal(left("foo, none"), null);
  assert.equal(left("keep-alive, Foo , te"), "keep-alive,te");
  assert.equal(left("keep-alive , close"), "keep-alive , close");
  assert.equal(left(""), "");
});
