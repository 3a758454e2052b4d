import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import { ENTRY_SIZE, HeaderList, IS_CANONICAL } from "../../http/header_list.ts";
import { HeaderId, OTHER_HEADER } from "../../http/header_names.ts";
import { FieldParser, ParseOutcome } from "./field_parser.ts";

function parse(text: string, maxCount = 100) {
  const bytes = latin1Bytes(text);
  const list = new HeaderList(), parser = new FieldParser(maxCount);
  list.reset(bytes);
  parser.begin(0);
  const outcome = parser.parse(bytes, bytes.length, list);
  return { bytes, list, parser, outcome };
}

Deno.test("FieldParser.parse() lowers names in place and finds their numbers", () => {
  const { list, bytes, outcome, parser } = parse("HOST: A\r\nX-Custom: B\r\n\r\nrest");
  assert.equal(outcome, ParseOutcome.complete);
  assert.deepEqual(list.entries(), [["host", "A"], ["x-custom", "B"]]);
  assert.deepEqual([list.idOf(0), list.idOf(1)], [HeaderId.host, OTHER_HEADER]);
  assert.equal(latin1Text(bytes, 0, 8), "host: A\r");
  assert.equal(latin1Text(bytes, parser.at, bytes.length), "rest");
});

Deno.test("FieldParser.parse() marks as canonical what reads `name: value` to the byte", () => {
  const lines: [line: string, isCanonical: boolean, value: string][] = [
    ["a: b", true, "b"],
    ["A: b c", true, "b c"],
    ["a: ", true, ""],
    ["a:b", false, "b"],
    ["a:  b", false, "b"],
    ["a:\tb", false, "b"],
    ["a: b ", false, "b"],
    ["a: b \t ", false, "b"],
    ["a:", false, ""],
    ["a:   ", false, ""],
  ];
  for (const [line, isCanonical, value] of lines) {
    const { list } = parse(`${line}\r\n\r\n`);
    assert.equal(list.valueText(0), value, line);
    assert.equal((list.table[ENTRY_SIZE - 1]! & IS_CANONICAL) !== 0, isCanonical, line);
  }
});

Deno.test("FieldParser.parse() looks at no byte twice, wherever it stopped", () => {
  const text = "Host: a\r\nX-Long-Name:   value with spaces  \r\nContent-Length: 12\r\n\r\n";
  for (let cut = 1; cut < text.length; cut++) {
    const bytes = latin1Bytes(text);
    const list = new HeaderList(), parser = new FieldParser(10);
    list.reset(bytes);
    parser.begin(0);
    assert.equal(parser.parse(bytes, cut, list), ParseOutcome.incomplete);
    assert.equal(parser.at, cut);
    // What was looked at may turn into anything that is still trimmed and named the same way.
    const lineStart = text.lastIndexOf("\n", cut - 1) + 1;
    bytes.fill(0, 0, lineStart);
    assert.equal(parser.parse(bytes, bytes.length, list), ParseOutcome.complete, `cut at ${cut}`);
    assert.equal(list.count, 3);
  }
});

Deno.test("FieldParser.shift() goes on where the bytes lie now", () => {
  const text = "Host: a\r\nX-B:  c \r\n\r\n";
  for (let cut = 1; cut < text.length; cut++) {
    const before = latin1Bytes(text), after = latin1Bytes(`.....${text.toLowerCase()}`);
    const list = new HeaderList(), parser = new FieldParser(10);
    list.reset(before);
    parser.begin(0);
    parser.parse(before, cut, list);
    before.fill(0);
    list.moveTo(after, 5);
    parser.shift(5);
    assert.equal(parser.parse(after, after.length, list), ParseOutcome.complete);
    assert.deepEqual(list.entries(), [["host", "a"], ["x-b", "c"]]);
  }
});

Deno.test("FieldParser.parse() takes as many lines as allowed and refuses one more", () => {
  assert.equal(parse("a: b\r\nc: d\r\n\r\n", 2).outcome, ParseOutcome.complete);
  const { outcome, parser } = parse("a: b\r\nc: d\r\n\r\n", 1);
  assert.equal(outcome, ParseOutcome.refused);
  assert.equal(parser.failure!.detail, "http1.too_many_headers");
});

Deno.test("FieldParser.parse() refuses a wrong content-length before the head is complete", () => {
  for (const text of ["Content-Length: x\r\n", "Content-Length: 1\r\nContent-Length: 1\r\n"]) {
    const { outcome, parser } = parse(text);
    assert.equal(outcome, ParseOutcome.refused);
    assert.equal(parser.failure!.detail, "http1.codec_error");
  }
});

Deno.test("FieldParser.begin() forgets the section before", () => {
  const { parser, list } = parse("a b");
  assert.notEqual(parser.failure, null);
  const bytes = latin1Bytes("xx\r\n");
  list.reset(bytes);
  parser.begin(2);
  assert.equal(parser.parse(bytes, 4, list), ParseOutcome.complete);
  assert.equal(parser.failure, null);
});

Deno.test("FieldParser.parse() finds the same with four bytes at a time as with one", () => {
  let seed = 20_26;
  const next = (limit: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % limit;
  for (let round = 0; round < 3000; round++) {
    const bytes = latin1Bytes(`a: ${"x".repeat(3 + next(30))}\r\nb: y\r\n\r\n`);
    // A byte of any kind, most often in the value: controls, DEL, tab and what lies beside them.
    if (round % 3 > 0) {
      bytes[3 + next(bytes.length - 12)] = [0, 9, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff, 10, 13][next(10)]!;
    }
    const outcomes = [null, new DataView(bytes.buffer)].map((view) => {
      const list = new HeaderList(), parser = new FieldParser(10), own = bytes.slice();
      list.reset(own);
      parser.begin(0);
      const outcome = parser.parse(own, own.length, list, view);
      return { outcome, at: parser.at, failure: parser.failure?.detail, entries: list.entries() };
    });
    assert.deepEqual(outcomes[0], outcomes[1]);
  }
});
