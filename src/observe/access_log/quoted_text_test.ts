import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { writeQuoted } from "./quoted_text.ts";

const cases: Array<[name: string, value: string, written: string]> = [
  ["plain text", "curl/8.5.0 (x86)", "curl/8.5.0 (x86)"],
  ["nothing", "", ""],
  ["a quote", `a" 200 - "b`, `a\\x22 200 - \\x22b`],
  ["a backslash at the end", "a\\", "a\\x5C"],
  ["line ends", "a\r\n[2026", "a\\x0D\\x0A[2026"],
  ["a tab, NUL and DEL", "\t\0\x7f", "\\x09\\x00\\x7F"],
  ["bytes from 0x80 up", "\x80\xe4\xff", "\x80\xe4\xff"],
  ["nothing but quotes, more than the memory at hand", '"'.repeat(2000), "\\x22".repeat(2000)],
];

for (const [name, value, written] of cases) {
  Deno.test(`writeQuoted writes ${name}`, () => {
    const writer = new ByteWriter();
    writer.writeLatin1("<");
    writeQuoted(writer, latin1Bytes(`xx${value}yy`), 2, 2 + value.length);
    writer.writeLatin1(">");
    assert.equal(latin1Text(writer.bytes, 0, writer.length), `<${written}>`);
  });
}
