/** CEL as Envoy has it: the engine behind its doorway. */
import assert from "node:assert/strict";
import { CelNotLoaded, compileCel, loadCel, withCel } from "./cel.ts";
import { type CelOption, CelProblem, type CelRoots } from "./expression.ts";
import {
  CelDuration,
  type CelFields,
  type CelInput,
  CelList,
  CelMap,
  type CelOutcome,
  CelTimestamp,
  CelTypeName,
  CelUnsigned,
} from "./values.ts";

function fields(values: Readonly<Record<string, CelInput>>, isListed = true, text: string | null = null): CelFields {
  return {
    get: (name) => Object.hasOwn(values, name) ? values[name] : undefined,
    names: () => isListed ? Object.keys(values) : null,
    messageText: () => text,
  };
}

const inner = fields({ k: "v", n: 2.5, none: null, list: [1n, "x"] });
const ROOTS: CelRoots = {
  a: () =>
    fields({ number: 5n, text: "ä", small: new CelUnsigned(7n), map: inner, message: fields({}, true, "x: 1 ") }),
  times: () => fields({ then: new CelTimestamp(5n, 250), span: new CelDuration(1_500_000_000n) }),
  hidden: () => fields({ key: true, bytes: new Uint8Array([1, 2]) }, false),
  gone: () => undefined,
};

/** What comes of an expression, to be compared. */
function outcome(source: string, options: readonly CelOption[] = []): unknown {
  return plain(compileCel(source, options, ROOTS).evaluate());
}

function plain(value: CelOutcome): unknown {
  if (value instanceof CelUnsigned) return `${value.value}u`;
  if (value instanceof CelTimestamp) return `at ${value.seconds}s ${value.nanos}ns`;
  if (value instanceof CelDuration) return `${value.nanos}ns`;
  if (value instanceof CelTypeName) return `type ${value.name}`;
  if (value instanceof CelList) return value.items.map(plain);
  if (value instanceof CelMap) {
    return value.entries === null ? "hidden" : new Map(value.entries().map(([key, one]) => [plain(key), plain(one)]));
  }
  return value;
}

function refusal(source: string, options: readonly CelOption[] = []): string {
  try {
    compileCel(source, options, {});
  } catch (error) {
    if (error instanceof CelProblem) return `${error.isSyntax ? "syntax" : "plan"}: ${error.message}`;
    throw error;
  }
  return "taken";
}

Deno.test("withCel does its work once more with the engine, where the work met an expression", async () => {
  assert.throws(() => compileCel("1", [], {}), CelNotLoaded);
  let runs = 0;
  assert.equal(await withCel(() => ++runs), 1);
  assert.throws(() => compileCel("1", [], {}), CelNotLoaded);
  assert.equal(
    await withCel(() => {
      runs++;
      return compileCel("1 + 1", [], {}).evaluate();
    }),
    2n,
  );
  assert.equal(runs, 3);
  await assert.rejects(withCel(() => compileCel("1 +", [], {})), CelProblem);
});

Deno.test("an expression gives values of every type", async () => {
  await loadCel();
  const cases: Readonly<Record<string, unknown>> = {
    "1 + 2": 3n,
    "7 / 2 == 3 && -7 % 3 == -1": true,
    "1.5": 1.5,
    "2u + 3u": "5u",
    "'a'": "a",
    "b'ab'": new Uint8Array([97, 98]),
    "null": null,
    "[1, [2u]]": [1n, ["2u"]],
    "{'a': {1: true}}": new Map([["a", new Map([[1n, true]])]]),
    "type(1)": "type int",
    "timestamp(5)": "at 5s 0ns",
    "timestamp('2024-01-02T03:04:05.5Z') - timestamp('2024-01-02T03:04:05Z')": "500000000ns",
    "int(true) + int(' 12 ')": 13n,
    "double('0x10') + double('-1e1')": 6,
    "double('-inf')": -Infinity,
    "uint('18446744073709551615')": "18446744073709551615u",
    "re.extract('a-b', '(.)-(.)', '\\\\2\\\\1')": "ba",
    "re.capture('ab', 'a(.)')": "b",
    "re.captureN('ab', '(?P<x>a)(.)')": new Map([["x", "a"], ["2", "b"]]),
    "'ä'.matches('^.$') && matches('ab', 'b')": true,
    "contains('abc', 'b') && startsWith('abc', 'a') && endsWith('abc', 'c')": true,
    "1 // a comment": 1n,
  };
  for (const [source, expected] of Object.entries(cases)) assert.deepEqual(outcome(source), expected, source);
});

Deno.test("an error is no value, and is passed over where it does not matter", () => {
  const none = [
    ...["1 / 0", "9223372036854775807 + 1", "'a' + 'b'", "b'a' + b'b'", "[1] + [2]", "1 + 1.0", "1 < 'a'", "nope"],
    ...["int('')", "int('0x1')", "int('9223372036854775808')", "uint('-1')", "double('')", "duration(1)", "bool(1)"],
    ...["int(duration('1s'))", "re.extract('a', 'b', 'c')", "re.capture('b', 'a(.)')", "has(nope.a)", "gone", "gone.x"],
    ...[
      "a.nope",
      "a.map.nope",
      "a.number.x",
      "a.map[1]",
      "true && nope",
      "'x'.matches(a.text + '[')",
      "{'a': 1, 'a': 2}",
    ],
  ];
  for (const source of none) assert.equal(outcome(source), undefined, source);
  assert.equal(outcome("nope || true"), true);
  assert.equal(outcome("false && nope"), false);
  assert.equal(outcome("has(a.nope)"), false);
});

Deno.test("fields are looked up as they are named, and listed where that may be", () => {
  const cases: Readonly<Record<string, unknown>> = {
    "a.number + 1": 6n,
    "a.text == 'ä' && size(a.text) == 1": true,
    "a.small": "7u",
    "a.small + 1": undefined,
    "a.map.k + ''": undefined,
    "a.map['k']": "v",
    "a.map.none": null,
    "a.map.list[1]": "x",
    "size(a.map)": 4n,
    "'k' in a.map && !('x' in a.map)": true,
    "a.map == a.map": true,
    "times.then": "at 5s 250ns",
    "times.span < duration('2s')": true,
    "hidden": "hidden",
    "hidden.key && size(hidden) == 0": true,
    "hidden.bytes": new Uint8Array([1, 2]),
    "{'x': hidden.key}": new Map([["x", true]]),
  };
  for (const [source, expected] of Object.entries(cases)) assert.deepEqual(outcome(source), expected, source);
  const message = compileCel("a.message", [], ROOTS).evaluate();
  assert.equal(message instanceof CelMap && message.messageText(), "x: 1 ");
});

Deno.test("only what an expression comes to is read", () => {
  const read: string[] = [];
  const root = (name: string, value: CelInput) => () => {
    read.push(name);
    return value;
  };
  const program = compileCel("x || y", [], { x: root("x", true), y: root("y", true), z: root("z", 1n) });
  assert.deepEqual(read, []);
  assert.equal(program.evaluate(), true);
  assert.deepEqual(read, ["x"]);
});

Deno.test("options add functions, and texts that add up", () => {
  const cases: readonly (readonly [CelOption, string, unknown])[] = [
    ["string_concat", "'a' + 'b'", "ab"],
    ["string_concat", "[1] + [2]", undefined],
    ["string_conversion", "string(1.0 / 3.0)", "0.333333"],
    ["string_conversion", "string(b'\\xff')", undefined],
    ["string_functions", "'aB'.lowerAscii()", "ab"],
    ["string_functions", "'a,b,c'.split(',', 2)", ["a", "b,c"]],
    ["string_functions", "'a,b,c'.split(',', 0)", []],
    ["string_functions", "'abc'.replace('', '-')", "-a-b-c-"],
    ["string_functions", "'abab'.replace('a', 'x', 1)", "xbab"],
    ["string_functions", "'äb'.reverse()", "bä"],
  ];
  for (const [option, source, expected] of cases) assert.deepEqual(outcome(source, [option]), expected, source);
  for (const source of ["string(1)", "'a'.lowerAscii()", "strings.quote('a')"]) {
    assert.match(refusal(source), /^plan: No overload found in reference resolve step for /, source);
    assert.equal(refusal(source, ["string_conversion", "string_functions"]), "taken", source);
  }
});

Deno.test("what Envoy does not take is refused before it is run", () => {
  const cases: Readonly<Record<string, RegExp>> = {
    "": /^syntax: /,
    "1 +": /^syntax: .*: 1 \+$/,
    "if": /^syntax: .*reserved identifier/,
    "9223372036854775808": /^syntax: invalid int literal$/,
    "18446744073709551616u": /^syntax: invalid uint literal$/,
    "has(a)": /^syntax: has\(\) argument must be a field selection$/,
    "foo(1)": /^plan: No overload found in reference resolve step for foo$/,
    "[f(1)]": /for f$/,
    "{'a': f(1)}": /for f$/,
    "f(1).a": /for f$/,
    "_+_(1, 2)": /for _$/,
    "size(1, 2)": /for size$/,
    "'a'.matches()": /for matches$/,
    "re.extract('a', 'b')": /for extract$/,
    "[1].all(x, x > 0)": /^plan: Comprehension support is disabled$/,
    "a.map(x, x)": /^plan: Comprehension support is disabled$/,
    "a.all(x)": /for all$/,
    "Foo{}": /^plan: Invalid struct creation: missing type info for 'Foo'$/,
    "'a'.matches('[')": /^plan: invalid regular expression: missing \]: \[$/,
  };
  for (const [source, reason] of Object.entries(cases)) assert.match(refusal(source), reason, source);
  for (
    const source of ["-9223372036854775808", "google.protobuf.Duration{seconds: 1}", "a.b", "has(a.b)", "size('')"]
  ) {
    assert.equal(refusal(source), "taken", source);
  }
});

Deno.test("an expression of great depth is refused, not a crash", () => {
  const depth = 30_000;
  assert.notEqual(refusal(`${"(".repeat(depth)}1${")".repeat(depth)}`), "taken");
  assert.notEqual(refusal(`1${" + 1".repeat(depth)}`), "taken");
  assert.equal(outcome(`1${" + 1".repeat(500)}`), 501n);
});
