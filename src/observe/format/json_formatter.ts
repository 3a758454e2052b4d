/**
 * JSON formats, compiled (spec/http.md 8.1). A string that is one command has that command's type; one with text round it is
 * text. What has no value is null, or with `omit_empty_values` left out, with every object that has nothing left in it.
 * One object, one line.
 */
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import type { JsonFormatConfig, JsonTemplate, TextTemplate } from "../../config/format/format_config.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { escapeJsonFrom, writeJson, writeJsonString } from "./json_text.ts";
import type { Operator } from "./operator.ts";
import { compileCommand } from "./operator_table.ts";

const QUOTE = 34, COMMA = 44, COLON = 58, DASH = 45, LINE_FEED = 10;
const OPEN_BRACE = 123, CLOSE_BRACE = 125, OPEN_BRACKET = 91, CLOSE_BRACKET = 93;
const NULL = new TextEncoder().encode("null");

/** A value of the format, compiled. */
interface Node {
  /** Writes the value. False: there is none, and nothing was written. */
  write(writer: ByteWriter, view: StreamView): boolean;
}

/** A JSON format of one worker. */
export class JsonFormatter {
  readonly #root: ObjectNode;

  constructor({ root, omitEmptyValues }: JsonFormatConfig, context: FormatContext) {
    this.#root = objectNode(root.fields, omitEmptyValues, context, true);
  }

  /** Writes the object of a stream, and a line feed. */
  write(writer: ByteWriter, view: StreamView): void {
    this.#root.write(writer, view);
    writer.writeByte(LINE_FEED);
  }

  /** The same as text, one unit per byte. */
  text(view: StreamView): string {
    const writer = new ByteWriter();
    this.write(writer, view);
    return latin1Text(writer.bytes, 0, writer.length);
  }
}

function compileNode(template: JsonTemplate, omitsEmpty: boolean, context: FormatContext): Node {
  switch (template.kind) {
    case "constant":
      return constantNode((writer) => writeJson(writer, template.value), template.value === null);
    case "list":
      return new ListNode(template.items.map((item) => compileNode(item, omitsEmpty, context)), omitsEmpty);
    case "object":
      return objectNode(template.fields, omitsEmpty, context, false);
    case "text":
      return textNode(template.pieces, omitsEmpty, context);
  }
}

function textNode(pieces: TextTemplate, omitsEmpty: boolean, context: FormatContext): Node {
  const [first, ...more] = pieces;
  if (first === undefined) return constantNode((writer) => writeJsonString(writer, ""), false);
  if (more.length > 0) return new MixedNode(pieces, omitsEmpty, context);
  if (typeof first === "string") return constantNode((writer) => writeJsonString(writer, first), false);
  const operator = compileCommand(first, context);
  return { write: (writer, view) => operator.writeJson(writer, view) };
}

function objectNode(
  fields: readonly { readonly key: string; readonly value: JsonTemplate }[],
  omitsEmpty: boolean,
  context: FormatContext,
  isRoot: boolean,
): ObjectNode {
  const compiled = fields.map(({ key, value }) => ({
    key: jsonBytes((writer) => writeJsonString(writer, key)),
    node: compileNode(value, omitsEmpty, context),
  }));
  return new ObjectNode(compiled, omitsEmpty, isRoot);
}

function constantNode(write: (writer: ByteWriter) => void, isNull: boolean): Node {
  const bytes = jsonBytes(write);
  return {
    write: (writer) => {
      if (!isNull) writer.writeBytes(bytes);
      return !isNull;
    },
  };
}

function jsonBytes(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.bytes.slice(0, writer.length);
}

class ObjectNode implements Node {
  readonly #fields: readonly { readonly key: Uint8Array; readonly node: Node }[];
  readonly #omitsEmpty: boolean;
  readonly #isRoot: boolean;

  constructor(
    fields: readonly { readonly key: Uint8Array; readonly node: Node }[],
    omitsEmpty: boolean,
    isRoot: boolean,
  ) {
    this.#fields = fields;
    this.#omitsEmpty = omitsEmpty;
    this.#isRoot = isRoot;
  }

  write(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length, fields = this.#fields;
    writer.writeByte(OPEN_BRACE);
    for (let i = 0; i < fields.length; i++) {
      const { key, node } = fields[i]!;
      const before = writer.length;
      if (before > start + 1) writer.writeByte(COMMA);
      writer.writeBytes(key);
      writer.writeByte(COLON);
      if (node.write(writer, view)) continue;
      if (this.#omitsEmpty) writer.length = before;
      else writer.writeBytes(NULL);
    }
    if (this.#omitsEmpty && !this.#isRoot && writer.length === start + 1) {
      writer.length = start;
      return false;
    }
    writer.writeByte(CLOSE_BRACE);
    return true;
  }
}

class ListNode implements Node {
  readonly #items: readonly Node[];
  readonly #omitsEmpty: boolean;

  constructor(items: readonly Node[], omitsEmpty: boolean) {
    this.#items = items;
    this.#omitsEmpty = omitsEmpty;
  }

  write(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length;
    writer.writeByte(OPEN_BRACKET);
    for (const item of this.#items) {
      const before = writer.length;
      if (before > start + 1) writer.writeByte(COMMA);
      if (item.write(writer, view)) continue;
      if (this.#omitsEmpty) writer.length = before;
      else writer.writeBytes(NULL);
    }
    writer.writeByte(CLOSE_BRACKET);
    return true;
  }
}

/** Text with commands in it. Each piece is escaped by itself: a value that is no text does not spoil its neighbours. */
class MixedNode implements Node {
  readonly #pieces: readonly (Uint8Array | Operator)[];
  readonly #omitsEmpty: boolean;

  constructor(pieces: TextTemplate, omitsEmpty: boolean, context: FormatContext) {
    this.#pieces = pieces.map((piece) => typeof piece === "string" ? escaped(piece) : compileCommand(piece, context));
    this.#omitsEmpty = omitsEmpty;
  }

  write(writer: ByteWriter, view: StreamView): boolean {
    writer.writeByte(QUOTE);
    for (const piece of this.#pieces) {
      if (piece instanceof Uint8Array) {
        writer.writeBytes(piece);
        continue;
      }
      const start = writer.length;
      if (piece.write(writer, view)) {
        escapeJsonFrom(writer, start);
      } else {
        writer.length = start;
        if (!this.#omitsEmpty) writer.writeByte(DASH);
      }
    }
    writer.writeByte(QUOTE);
    return true;
  }
}

/** A literal for the inside of a JSON string. */
function escaped(literal: string): Uint8Array {
  return jsonBytes((writer) => {
    writer.writeBytes(new TextEncoder().encode(literal));
    escapeJsonFrom(writer, 0);
  });
}
