import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import type { JsonValue } from "../../config/metadata_config.ts";
import { escapeJsonFrom, isUtf8, jsonNumber, writeJson } from "./json_text.ts";

/** What becomes of bytes inside a JSON string; `x` stands before them and must stay. */
function escaped(bytes: Uint8Array): string {
  const writer = new ByteWriter();
  writer.writeLatin1("\\x");
  writer.writeBytes(bytes);
  escapeJsonFrom(writer, 2);
  const text = latin1Text(writer.bytes, 0, writer.length);
  assert.ok(text.startsWith("\\x"));
  return text.slice(2);
}

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("escapeJsonFrom escapes text that is UTF-8 as JSON does", () => {
  assert.equal(escaped(utf8("plain / <&> '~\x7f")), "plain / <&> '~\x7f");
  assert.equal(escaped(utf8('a"b\\c')), 'a\\"b\\\\c');
  assert.equal(escaped(utf8("\b\t\n\f\r\x00\x01\x0b\x1f")), "\\b\\t\\n\\f\\r\\u0000\\u0001\\u000b\\u001f");
  const mixed = utf8('é€😀"');
  assert.equal(escaped(mixed), latin1Text(mixed, 0, mixed.length - 1) + '\\"');
});

Deno.test("escapeJsonFrom writes bytes that are no UTF-8 one by one", () => {
  assert.equal(
    escaped(latin1Bytes('a"b\\c\xe4\xff\x80\t<\x7fé/')),
    "a\\u0022b\\u005cc\\u00e4\\u00ff\\u0080\\u0009<\\u007f\\u00e9/",
  );
});

Deno.test("isUtf8 tells text from other bytes, as the decoder of the platform does", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const interesting = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf];
  interesting.push(0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff);
  let tried = 0;
  const check = (...bytes: number[]) => {
    const text = new Uint8Array(bytes);
    let isText = true;
    try {
      decoder.decode(text);
    } catch {
      isText = false;
    }
    assert.equal(isUtf8(text), isText, bytes.map((byte) => byte.toString(16)).join(" "));
    tried++;
  };
  for (const a of interesting) {
    check(a);
    for (const b of interesting) {
      check(a, b);
      if (a < 0xe0 || b < 0x80 || b >= 0xc0) continue;
      for (const c of [0x41, 0x80, 0xbf, 0xc2]) {
        check(a, b, c);
        for (const d of [0x41, 0x80, 0xbf, 0xc2]) check(a, b, c, d);
      }
    }
  }
  assert.ok(tried > 1000);
});

const NUMBERS: readonly (readonly [number, string])[] = [
  [0, "0"],
  [-0, "-0"],
  [3, "3"],
  [100, "100"],
  [1e5, "1e+05"],
  [120000, "120000"],
  [1000001, "1000001"],
  [1234567890, "1234567890"],
  [1.5e10, "1.5e+10"],
  [1e15, "1e+15"],
  [123456789012345678, "123456789012345680"],
  [1e20, "1e+20"],
  [1e21, "1e+21"],
  [1e100, "1e+100"],
  [-0.25, "-0.25"],
  [0.001, "0.001"],
  [0.0001, "1e-04"],
  [0.00012345, "0.00012345"],
  [1e-7, "1e-07"],
  [5e-324, "5e-324"],
  [Number.MAX_VALUE, "1.7976931348623157e+308"],
  [12345.678901234567, "12345.678901234567"],
  [NaN, "null"],
  [Infinity, "null"],
];

Deno.test("jsonNumber takes the shorter way to write a number", () => {
  for (const [value, text] of NUMBERS) assert.equal(jsonNumber(value), text);
});

const VALUES: readonly (readonly [JsonValue, string])[] = [
  [null, "null"],
  [true, "true"],
  [false, "false"],
  [1.5, "1.5"],
  ['a"', '"a\\""'],
  [[], "[]"],
  [{}, "{}"],
  [[1, [null], "x"], '[1,[null],"x"]'],
  [{ b: 1, a: { "k\n": [true] } }, '{"a":{"k\\n":[true]},"b":1}'],
];

Deno.test("writeJson writes any value, keys in their order", () => {
  for (const [value, text] of VALUES) {
    const writer = new ByteWriter();
    writeJson(writer, value);
    assert.equal(latin1Text(writer.bytes, 0, writer.length), text);
  }
});
