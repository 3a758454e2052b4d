/** Tests of DNS messages: what is written, and what is read of what anybody may send. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decode, encode } from "dns-packet";
import { isAskable, questionBytes, readResponse } from "./dns_message.ts";

const RESPONSE = {
  type: "response",
  id: 0x1234,
  flags: 0x0180,
  questions: [{ type: "AAAA", name: "web.test", class: "IN" }],
  answers: [
    { type: "CNAME", name: "web.test", ttl: 5, data: "real.test" },
    { type: "AAAA", name: "real.test", ttl: 9, data: "2001:DB8::0:1" },
    { type: "AAAA", name: "real.test", ttl: 2 ** 31, data: "::1" },
    { type: "AAAA", name: "real.test", ttl: 9, data: "::2", class: "CH" },
    { type: "TXT", name: "real.test", ttl: 9, data: "text" },
  ],
  authorities: [{ type: "NS", name: "test", ttl: 3, data: "ns.test" }],
};

function bytesOf(changes: Record<string, unknown> = {}): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ ...RESPONSE, ...changes }));
}

Deno.test("questionBytes asks one question, for recursion, with EDNS unless that is off", () => {
  const read = (payloadSize: number) =>
    decode(Buffer.from(questionBytes({ id: 7, name: "web.test", type: "A", payloadSize })));
  const packet = read(1232);
  assert.deepEqual([packet.type, packet.id, packet.flag_rd], ["query", 7, true]);
  assert.deepEqual(packet.questions, [{ name: "web.test", type: "A", class: "IN" }]);
  assert.equal(packet.additionals[0].udpPayloadSize, 1232);
  assert.deepEqual(read(0).additionals, []);
});

Deno.test("readResponse reads addresses and aliases, and nothing else", () => {
  assert.deepEqual(readResponse(bytesOf()), {
    id: 0x1234,
    code: "NOERROR",
    isTruncated: false,
    question: { type: "AAAA", name: "web.test", class: "IN" },
    records: [
      { type: "CNAME", name: "web.test", ttlSeconds: 5, data: "real.test" },
      { type: "AAAA", name: "real.test", ttlSeconds: 9, data: "2001:db8::1" },
      { type: "AAAA", name: "real.test", ttlSeconds: 0, data: "::1" },
    ],
    authorityTypes: ["NS"],
  });
});

Deno.test("readResponse is told codes and truncation by the flags", () => {
  const code = (rcode: number) => readResponse(bytesOf({ flags: 0x0180 | rcode, answers: [] }))?.code;
  assert.deepEqual([1, 2, 3, 4, 5].map(code), ["FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]);
  assert.equal(readResponse(bytesOf({ flags: 0x0380 }))?.isTruncated, true);
});

Deno.test("readResponse takes no question for a response", () => {
  assert.equal(readResponse(questionBytes({ id: 7, name: "web.test", type: "A", payloadSize: 0 })), null);
});

Deno.test("readResponse of a response that ends anywhere is null, and the start of a truncated one says so", () => {
  const whole = bytesOf(), truncated = bytesOf({ flags: 0x0380 });
  for (let length = 0; length < whole.length; length++) {
    assert.equal(readResponse(whole.subarray(0, length)), null, `${length} bytes`);
    const start = readResponse(truncated.subarray(0, length));
    if (length < 12) assert.equal(start, null);
    else assert.deepEqual([start?.id, start?.isTruncated, start?.records], [0x1234, true, []], `${length} bytes`);
  }
});

Deno.test("readResponse survives any byte that is wrong", () => {
  const whole = bytesOf();
  for (let at = 0; at < whole.length; at++) {
    for (const value of [0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff]) {
      const damaged = whole.slice();
      damaged[at] = value;
      const response = readResponse(damaged);
      for (const record of response?.records ?? []) assert.equal(typeof record.data, "string");
    }
  }
});

Deno.test("isAskable bounds labels at 63 bytes and names at 253", () => {
  const label = "a".repeat(63);
  const longest = [label, label, label, "a".repeat(61)].join(".");
  for (const name of ["web", "web.test", "web.test.", "_sip._tcp.x-y.test", label, longest, `${longest}.`]) {
    assert.ok(isAskable(name), name);
  }
  for (const name of ["", ".", "a..b", ".a", `${label}a`, `${longest}a`, "a b", "ä.test", "a\n"]) {
    assert.ok(!isAskable(name), name);
  }
});
