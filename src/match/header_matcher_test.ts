import assert from "node:assert/strict";
import type { HeaderMatcherConfig, HeaderTestConfig, StringMatcherConfig } from "../config/match_config.ts";
import { RequestHead } from "../http/request_head.ts";
import { ResponseHead } from "../http/response_head.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { compileHeaderMatcher } from "./header_matcher.ts";

type Options = Partial<Pick<HeaderMatcherConfig, "invert" | "treatMissingAsEmpty">>;

function matcher(name: string, test: HeaderTestConfig, options: Options = {}) {
  return compileHeaderMatcher({ name, test, invert: false, treatMissingAsEmpty: false, ...options });
}

function text(kind: StringMatcherConfig["kind"], value: string): HeaderTestConfig {
  return { kind: "string", matcher: { kind, value, ignoreCase: false } };
}

const exact = text("exact", "a"), empty = text("exact", "");
const present: HeaderTestConfig = { kind: "present", isPresent: true };
const absent: HeaderTestConfig = { kind: "present", isPresent: false };
const range: HeaderTestConfig = { kind: "range", start: "1", end: "3" };

/** A head whose field `x` has these values, one a line. */
function headWith(...values: string[]): RequestHead {
  const head = requestHead("GET", "/", { host: "h" });
  for (const value of values) head.headers.addName("x", value);
  return head;
}

const onValues: Array<[what: string, test: HeaderTestConfig, options: Options, values: string[], isMatch: boolean]> = [
  ["one value", exact, {}, ["a"], true],
  ["another value", exact, {}, ["b"], false],
  ["any of several lines", exact, {}, ["b", "a", "c"], true],
  ["lines that only make it up together", text("exact", "b,c"), {}, ["b", "c"], false],
  ["no line", exact, {}, [], false],
  ["inverted, one value", exact, { invert: true }, ["a"], false],
  ["inverted, another value", exact, { invert: true }, ["b"], true],
  ["inverted, one of several lines", exact, { invert: true }, ["b", "a"], false],
  ["inverted, none of several lines", exact, { invert: true }, ["b", "c"], true],
  ["inverted, no line", exact, { invert: true }, [], false],
  ["missing as empty", empty, { treatMissingAsEmpty: true }, [], true],
  ["missing as empty, another value wanted", exact, { treatMissingAsEmpty: true }, [], false],
  ["missing as empty, inverted", exact, { treatMissingAsEmpty: true, invert: true }, [], true],
  ["missing as empty, inverted, and empty wanted", empty, { treatMissingAsEmpty: true, invert: true }, [], false],
  ["present", present, {}, ["b"], true],
  ["present, no line", present, {}, [], false],
  ["present, inverted", present, { invert: true }, ["b"], false],
  ["present, inverted, no line", present, { invert: true }, [], true],
  ["present, no line, missing as empty", present, { treatMissingAsEmpty: true }, [], true],
  ["absent, no line, missing as empty", absent, { treatMissingAsEmpty: true }, [], false],
  ["absent, no line, missing as empty, inverted", absent, { treatMissingAsEmpty: true, invert: true }, [], true],
  ["absent", absent, {}, ["b"], false],
  ["absent, no line", absent, {}, [], true],
  ["absent, inverted", absent, { invert: true }, ["b"], true],
  ["absent, inverted, no line", absent, { invert: true }, [], false],
  ["range", range, {}, ["2"], true],
  ["range, the end", range, {}, ["3"], false],
  ["range, no number", range, {}, ["2x"], false],
  ["range, inverted, no number", range, { invert: true }, ["2x"], true],
  ["range, inverted, no line", range, { invert: true }, [], false],
  ["range, any of several lines", range, {}, ["x", "2"], true],
];

for (const [what, test, options, values, isMatch] of onValues) {
  Deno.test(`matchesRequest() ${isMatch ? "takes" : "refuses"}: ${what}`, () => {
    assert.equal(matcher("x", test, options).matchesRequest(headWith(...values)), isMatch);
  });
}

Deno.test("matchesRequest() looks over lines that were removed", () => {
  const head = headWith("a", "b");
  head.headers.removeEntry(head.headers.findName("x"));
  assert.equal(matcher("x", exact).matchesRequest(head), false);
  assert.equal(matcher("x", text("exact", "b")).matchesRequest(head), true);
});

Deno.test("matchesRequest() goes through all lines of a name that has a number", () => {
  const head = headWith();
  for (const value of ["a=1", "b=2", "c=3"]) head.headers.addName("cookie", value);
  for (const value of ["a=1", "b=2", "c=3"]) {
    assert.equal(matcher("cookie", text("exact", value)).matchesRequest(head), true);
  }
  assert.equal(matcher("cookie", text("exact", "d=4")).matchesRequest(head), false);
  assert.equal(matcher("te", present).matchesRequest(head), false);
});

const onParts: Array<[name: string, value: string, isMatch: boolean]> = [
  [":method", "PUT", true],
  [":method", "put", false],
  [":path", "/a?b=c", true],
  [":path", "/a", false],
  [":scheme", "http", true],
  ["host", "h.test", true],
  [":status", "200", false],
  [":protocol", "websocket", false],
];

for (const [name, value, isMatch] of onParts) {
  Deno.test(`matchesRequest() ${isMatch ? "takes" : "refuses"} ${name} ${value}`, () => {
    const head = requestHead("PUT", "/a?b=c", { host: "h.test" });
    assert.equal(matcher(name, text("exact", value)).matchesRequest(head), isMatch);
    assert.equal(matcher(name, present).matchesRequest(head), !name.startsWith(":status") && name !== ":protocol");
  });
}

Deno.test("matchesRequest() reads a method without a number", () => {
  const head = requestHead("BREW", "/", { host: "h" });
  assert.equal(matcher(":method", text("exact", "BREW")).matchesRequest(head), true);
  assert.equal(matcher(":method", text("prefix", "BREWS")).matchesRequest(head), false);
});

Deno.test("matchesRequest() finds no path in a request without one", () => {
  const head = requestHead("CONNECT", "", { host: "h:1" });
  assert.equal(matcher(":path", present).matchesRequest(head), false);
  assert.equal(matcher(":path", text("exact", ""), { treatMissingAsEmpty: true }).matchesRequest(head), true);
});

Deno.test("matchesRequest() takes the scheme from the target, else from x-forwarded-proto, else http", () => {
  const https = matcher(":scheme", text("exact", "https"));
  assert.equal(https.matchesRequest(requestHead("GET", "/", { host: "h" })), false);
  assert.equal(https.matchesRequest(requestHead("GET", "/", { "x-forwarded-proto": "HTTPS" })), true);
  assert.equal(https.matchesRequest(requestHead("GET", "/", { "x-forwarded-proto": "ws" })), false);
  const head = requestHead("GET", "/", { "x-forwarded-proto": "http" });
  head.scheme = "https";
  assert.equal(https.matchesRequest(head), true);
});

Deno.test("matchesResponse() reads the status as three digits and fields as they are", () => {
  const head = new ResponseHead();
  head.beginLocal(503);
  head.headers.addName("x", "a");
  assert.equal(matcher(":status", text("exact", "503")).matchesResponse(head), true);
  assert.equal(matcher(":status", text("prefix", "5")).matchesResponse(head), true);
  assert.equal(matcher(":status", { kind: "range", start: "500", end: "600" }).matchesResponse(head), true);
  assert.equal(matcher(":status", { kind: "range", start: "400", end: "500" }).matchesResponse(head), false);
  assert.equal(matcher(":status", present).matchesResponse(head), true);
  assert.equal(matcher(":path", present).matchesResponse(head), false);
  assert.equal(matcher("x", exact).matchesResponse(head), true);
  assert.equal(matcher("y", exact, { invert: true }).matchesResponse(head), false);
});
