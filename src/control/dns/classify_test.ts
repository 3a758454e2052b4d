/** Tests of what a response comes to. */

import assert from "node:assert/strict";
import { answers, classify } from "./classify.ts";
import type { DnsRecord, DnsResponse } from "./dns_message.ts";

function response(changes: Partial<DnsResponse> = {}): DnsResponse {
  const question = { name: "web.test", type: "A" };
  return { id: 1, code: "NOERROR", isTruncated: false, question, records: [], authorityTypes: [], ...changes };
}

function a(name: string, data: string, ttlSeconds = 60): DnsRecord {
  return { type: "A", name, ttlSeconds, data };
}

function cname(name: string, data: string, ttlSeconds = 60): DnsRecord {
  return { type: "CNAME", name, ttlSeconds, data };
}

/** Addresses with their times to live, or the kind of outcome. */
function shown(changes: Partial<DnsResponse>): string {
  const outcome = classify(response(changes), "web.test", "A");
  if (outcome.kind !== "answer") return outcome.kind;
  return outcome.addresses.map(({ host, ttlSeconds }) => `${host} ${ttlSeconds}`).join(", ");
}

Deno.test("classify takes addresses of the name, whatever its case", () => {
  assert.equal(
    shown({ records: [a("WEB.test", "10.0.0.1"), a("web.test", "10.0.0.2", 5)] }),
    "10.0.0.1 60, 10.0.0.2 5",
  );
});

Deno.test("classify takes no address of another name or family", () => {
  const six: DnsRecord = { type: "AAAA", name: "web.test", ttlSeconds: 60, data: "::1" };
  assert.equal(shown({ records: [a("other.test", "10.6.6.6"), six] }), "none");
});

Deno.test("classify follows aliases, in any order, and no circle for ever", () => {
  const chain = [a("c.test", "10.0.0.1"), cname("b.test", "c.test", 7), cname("web.test", "B.test", 30)];
  assert.equal(shown({ records: chain }), "10.0.0.1 7");
  assert.equal(shown({ records: [cname("web.test", "b.test"), cname("b.test", "web.test")] }), "none");
  assert.equal(shown({ records: [cname("web.test", "web.test")] }), "none");
});

Deno.test("classify says that there is none only where the server is certain", () => {
  const cases: [string, Partial<DnsResponse>][] = [
    ["none", { code: "NXDOMAIN" }],
    ["none", { code: "NXDOMAIN", records: [a("web.test", "10.0.0.1")] }],
    ["none", {}],
    ["none", { authorityTypes: ["SOA"] }],
    ["none", { authorityTypes: ["SOA", "NS"] }],
    ["failure", { authorityTypes: ["NS"] }],
    ["failure", { code: "SERVFAIL" }],
    ["failure", { code: "REFUSED" }],
    ["failure", { code: "NOTIMP" }],
    ["failure", { code: "FORMERR" }],
    ["failure", { code: "RCODE_12" }],
  ];
  for (const [wanted, changes] of cases) assert.equal(shown(changes), wanted, JSON.stringify(changes));
});

Deno.test("answers wants the question back, unless the response was cut off or the question not understood", () => {
  assert.ok(answers(response(), "WEB.TEST", "A"));
  assert.ok(!answers(response(), "web.test", "AAAA"));
  assert.ok(!answers(response(), "other.test", "A"));
  assert.ok(!answers(response({ question: null }), "web.test", "A"));
  assert.ok(answers(response({ question: null, isTruncated: true }), "web.test", "A"));
  assert.ok(answers(response({ question: null, code: "FORMERR" }), "web.test", "A"));
});
