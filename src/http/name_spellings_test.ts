import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";
import { NameSpellings } from "./name_spellings.ts";

function spelled(cases: NameSpellings, name: string): string | null {
  const out = new ByteWriter(), bytes = latin1Bytes(`-${name}-`);
  return cases.write(out, bytes, 1, 1 + name.length) ? latin1Text(out.bytes, 0, out.length) : null;
}

Deno.test("NameSpellings spells a name as it came first", () => {
  const cases = new NameSpellings();
  cases.reset(false);
  for (const name of ["HoSt", "X-Foo", "x-fOO", "X-Fo"]) cases.note(latin1Bytes(name), 0, name.length);
  assert.equal(spelled(cases, "host"), "HoSt");
  assert.equal(spelled(cases, "x-foo"), "X-Foo");
  assert.equal(spelled(cases, "x-fo"), "X-Fo");
  assert.equal(spelled(cases, "x-f"), null);
  cases.reset(true);
  assert.equal(spelled(cases, "host"), null);
});

Deno.test("NameSpellings keeps as many names as come", () => {
  const cases = new NameSpellings();
  for (let i = 0; i < 200; i++) cases.note(latin1Bytes(`X-${i}`), 0, `X-${i}`.length);
  for (let i = 0; i < 200; i++) assert.equal(spelled(cases, `x-${i}`), `X-${i}`);
});
