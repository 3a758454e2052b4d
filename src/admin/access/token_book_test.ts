import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { FailureLimit, MAX_FAILURES, WINDOW_MS } from "./failure_limit.ts";
import { routeRuleOf } from "./route_rules.ts";
import { mayAct, parseTokens, sha256, TokenBook, TokenFileError } from "./token_book.ts";

const HASH = sha256("a token of some length");

Deno.test("parseTokens() reads names, roles and hashes, and passes over remarks", () => {
  const text = `# who may\n\n  ana:operator:${HASH}\r\nbob@ops:viewer:${sha256("b").toUpperCase()}\n`;
  assert.deepEqual(parseTokens(text), [
    { name: "ana", role: "operator", hash: HASH },
    { name: "bob@ops", role: "viewer", hash: sha256("b") },
  ]);
});

const FAULTS: readonly [text: string, message: string][] = [
  ["", "there is no token in it, wanted name:role:sha256hex"],
  ["# nobody", "there is no token in it, wanted name:role:sha256hex"],
  ["ana:operator", "line 1: wanted name:role:sha256hex"],
  [`ana:operator:${HASH}:x`, "line 1: wanted name:role:sha256hex"],
  [`:operator:${HASH}`, "line 1: a name has 1 to 64 letters, digits and _ . @ -"],
  [`ana:boss:${HASH}`, "line 1: the role of ana must be viewer, operator or admin"],
  ["ana:admin:secret", "line 1: the hash of ana must be 64 hex digits, the SHA-256 of the token"],
  [
    `# two\nana:admin:${HASH}\nana:viewer:${sha256("b")}\nbob:viewer:${HASH}`,
    "line 3: there is a token ana already; line 4: bob has the token of ana",
  ],
];

for (const [text, message] of FAULTS) {
  Deno.test(`parseTokens() refuses ${JSON.stringify(text.slice(0, 30))}: ${message}`, () => {
    assert.throws(() => parseTokens(text), new TokenFileError(message));
  });
}

Deno.test("TokenBook finds who shows what, and forgets who is taken out", () => {
  const book = new TokenBook(parseTokens(`ana:operator:${HASH}\nbob:viewer:${sha256("b")}`));
  const ana = book.find("a token of some length")!;
  assert.equal(ana.name, "ana");
  assert.equal(book.find("b")!.role, "viewer");
  assert.equal(book.find("c"), null);
  book.replace(parseTokens(`ana:admin:${HASH}`));
  assert.equal(book.current(ana)!.role, "admin");
  book.replace(parseTokens(`ana:admin:${sha256("another")}`));
  assert.equal(book.current(ana), null);
});

Deno.test("mayAct() lets each do what those before it may", () => {
  const roles = ["viewer", "operator", "admin"] as const;
  const table = roles.map((role) => roles.map((needed) => mayAct(role, needed)));
  assert.deepEqual(table, [[true, false, false], [true, true, false], [true, true, true]]);
});

Deno.test("FailureLimit closes after five failures in ten seconds, for that address alone", () => {
  const clock = new ManualClock(), limit = new FailureLimit(clock);
  for (let at = 0; at < MAX_FAILURES; at++) {
    assert.equal(limit.waitS("10.0.0.1"), 0);
    limit.note("10.0.0.1");
    clock.advance(1000);
  }
  assert.equal(limit.waitS("10.0.0.1"), 5);
  assert.equal(limit.waitS("10.0.0.2"), 0);
  clock.advance(WINDOW_MS - MAX_FAILURES * 1000);
  assert.equal(limit.waitS("10.0.0.1"), 0);
  limit.note("10.0.0.1");
  assert.equal(limit.waitS("10.0.0.1"), 1);
});

Deno.test("routeRuleOf() knows one segment for a name, and nothing that is not in the list", () => {
  assert.equal(routeRuleOf("DELETE", "/api/v1/actions/a1")!.role, "operator");
  assert.equal(routeRuleOf("POST", "/api/v1/runtime/changes/c8/undo")!.action, "runtime.undo");
  assert.equal(routeRuleOf("DELETE", "/api/v1/actions/"), null);
  assert.equal(routeRuleOf("DELETE", "/api/v1/actions/a1/x"), null);
  assert.equal(routeRuleOf("PUT", "/api/v1/actions/drain"), null);
});
