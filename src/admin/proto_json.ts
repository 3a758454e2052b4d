/**
 * Proto JSON as Envoy's admin prints it: one space a level, `<` and `>` escaped, a final newline; an empty message is
 * `{}` (spec/operations.md 4.9). Large trees are written piece by piece.
 */
import type { Json, JsonObject } from "./source.ts";

/** How deep objects and lists are opened one by one; what lies below is written at once. */
const PIECEWISE_DEPTH = 4;

/** The field of a bootstrap that holds lists of everything, two levels deeper than others are. */
const DEEP_FIELD = "static_resources";
const DEEP_DEPTH = PIECEWISE_DEPTH + 2;

/** The whole text. */
export function protoJson(value: JsonObject): string {
  return `${escaped(JSON.stringify(value, null, 1))}\n`;
}

/** The same text in pieces of bounded size, as long as no single resource is huge. */
export function* protoJsonPieces(value: JsonObject): Generator<string> {
  yield* pieces(value, 0);
  yield "\n";
}

/** The text of a message whose only field is a list, each item made when its turn comes; `{}` without items. */
export function* protoJsonList(field: string, items: Iterable<JsonObject>): Generator<string> {
  let before = `{\n ${JSON.stringify(field)}: [`;
  let isEmptyList = true;
  for (const item of items) {
    yield `${before}\n  ${indented(item, 2)}`;
    before = ",";
    isEmptyList = false;
  }
  yield isEmptyList ? "{}\n" : "\n ]\n}\n";
}

function* pieces(value: Json, depth: number, most = PIECEWISE_DEPTH): Generator<string> {
  if (typeof value !== "object" || value === null || depth >= most || isEmpty(value)) {
    yield indented(value, depth);
    return;
  }
  const indent = `\n${" ".repeat(depth + 1)}`;
  const isList = isListOfJson(value);
  let before = isList ? "[" : "{";
  if (isList) {
    for (const item of value) {
      yield before + indent;
      yield* pieces(item, depth + 1, most);
      before = ",";
    }
  } else {
    for (const [key, item] of Object.entries(value)) {
      yield `${before}${indent}${escaped(JSON.stringify(key))}: `;
      yield* pieces(item, depth + 1, key === DEEP_FIELD ? DEEP_DEPTH : most);
      before = ",";
    }
  }
  yield `\n${" ".repeat(depth)}${isList ? "]" : "}"}`;
}

function indented(value: Json, depth: number): string {
  return escaped(JSON.stringify(value, null, 1)).replaceAll("\n", `\n${" ".repeat(depth)}`);
}

function isListOfJson(value: JsonObject | readonly Json[]): value is readonly Json[] {
  return Array.isArray(value);
}

function isEmpty(value: JsonObject | readonly Json[]): boolean {
  return (isListOfJson(value) ? value.length : Object.keys(value).length) === 0;
}

/** Angle brackets stand in strings only, where a `\u` escape means the same. */
function escaped(json: string): string {
  return json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}
