import assert from "node:assert/strict";
import { latin1Bytes } from "../base/ascii.ts";
import {
  HEADER_LINE_STARTS,
  HEADER_NAME_BYTES,
  HEADER_NAMES,
  HeaderId,
  headerIdOf,
  headerIdOfName,
  headerMask,
  OTHER_HEADER,
} from "./header_names.ts";

Deno.test("headerIdOf() finds every known name and no near miss", () => {
  for (const id of Object.values(HeaderId)) {
    const name = HEADER_NAMES[id]!;
    const find = (text: string) => headerIdOf(latin1Bytes(`..${text}..`), 2, 2 + text.length);
    assert.equal(find(name), id);
    assert.equal(headerIdOfName(name), id);
    assert.equal(find(`${name}x`), OTHER_HEADER);
    assert.equal(find(`x${name.slice(1)}`), name.startsWith("x") ? id : OTHER_HEADER);
    // Same length, first, middle and last byte: only the comparison tells them apart.
    if (name.length > 5) assert.equal(find(`${name[0]}!${name.slice(2)}`), OTHER_HEADER);
    assert.equal(find(name.toUpperCase()), OTHER_HEADER);
  }
  assert.equal(headerIdOf(latin1Bytes("a"), 0, 1), OTHER_HEADER);
});

Deno.test("header names are those of HTTP and Envoy", () => {
  assert.equal(HEADER_NAMES[HeaderId.xForwardedFor], "x-forwarded-for");
  assert.equal(HEADER_NAMES[HeaderId.http2Settings], "http2-settings");
  assert.equal(HEADER_NAMES[HeaderId.xEnvoyExpectedRqTimeoutMs], "x-envoy-expected-rq-timeout-ms");
  assert.equal(HEADER_NAMES[HeaderId.te], "te");
});

Deno.test("header tables agree and fit the masks", () => {
  const ids = Object.values(HeaderId);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.ok(id > 0 && id < 64);
    assert.deepEqual(HEADER_NAME_BYTES[id], latin1Bytes(HEADER_NAMES[id]!));
    assert.deepEqual(HEADER_LINE_STARTS[id], latin1Bytes(`${HEADER_NAMES[id]}: `));
  }
});

Deno.test("headerMask() sets one bit a number", () => {
  assert.deepEqual(headerMask(1, 31, 32, 63), { low: 2 | 1 << 31, high: 1 | 1 << 31 });
  assert.deepEqual(headerMask(), { low: 0, high: 0 });
});
