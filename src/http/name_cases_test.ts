import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";
import { NameCases } from "./name_cases.ts";

function spelled(cases: NameCases, name: string): string | null {
  const out = new ByteWriter(), bytes = latin1Bytes(`-${name}-`);
  return cases.write(out, bytes, 1, 1 + name.length) ? latin1Text(out.bytes, 0, out.length) : null;
}

Deno.test("NameCases spells a name as it came first", () => {
  const cases = new NameCases();
  cases.reset(false);
  for (const name of ["HoSt", "X-Foo", "x-fOO", "X-Fo"]) cases.note(latin1Bytes(name), 0, name.length);
  assert.equal(spelled(cases, "host"), "HoSt");
  assert.equal(spelled(cases, "x-foo"), "X-Foo");
  assert.equal(spelled(cases, "x-fo"), "X-Fo");
  assert.equal(spelled(cases, "x-f"), null);
  cases.reset(true);
  assert.equal(spelled(cases, "host"), null);
});

Deno.test("NameCases keeps as many names as come", () => {
  const cases = new NameCases();
  for (let i = 0; i < 200; i++) cases.note(latin1Bytes(`X-${i}`), 0, `X-${i}`.length);
  for (let i = 0; i < 200; i++) assert.equal(spelled(cases, `x-${i}`), `X-${i}`);
});
