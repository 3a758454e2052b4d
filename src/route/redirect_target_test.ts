import assert from "node:assert/strict";
import { redirectTarget } from "./redirect_target.ts";

Deno.test("redirectTarget takes absolute URLs of http and https apart", () => {
  const rows: readonly [location: string, scheme: string, authority: string, path: string][] = [
    ["http://b.test/there?a=b", "http", "b.test", "/there?a=b"],
    ["HTTPS://B.Test/There", "https", "B.Test", "/There"],
    ["http://b.test", "http", "b.test", "/"],
    ["http://b.test?a=b", "http", "b.test", "?a=b"],
    ["http://b.test:8080/x#part", "http", "b.test:8080", "/x"],
    ["http://b.test:080/", "http", "b.test:080", "/"],
    ["http://u:p@b.test/", "http", "b.test", "/"],
    ["http://[::1]:80/x", "http", "[::1]:80", "/x"],
    ["http://b.test/a%20b//../c?d?e", "http", "b.test", "/a%20b//../c?d?e"],
  ];
  for (const [location, scheme, authority, path] of rows) {
    assert.deepEqual(redirectTarget(location), { scheme, authority, path }, location);
  }
});

Deno.test("redirectTarget finds nothing to follow in anything else", () => {
  const rows = ["", "/there", "there", "//b.test/x", "?a", "ftp://b.test/", "http://", "http:///x", "http:/x"];
  const odd = ["http://b.test:/", "http://b.test:65536/", "http://b.test#a", "http://b_b.test/", "http://a@b@c/"];
  const bytes = ["http://b.test/a b", "http://b.test/\u00e9", "http://b.test/\t", "http://b.test\\x", "http://[::1/"];
  for (const location of [...rows, ...odd, ...bytes]) assert.equal(redirectTarget(location), null, location);
});
