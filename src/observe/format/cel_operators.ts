/**
 * `%CEL(EXPRESSION)%`, which is always a text, and `%TYPED_CEL(EXPRESSION)%`, which has its own type in JSON (spec/http.md
 * 8.2). An error is no value.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { CelOption } from "../../base/cel/expression.ts";
import type { FormatCommand } from "../../config/format/format_config.ts";
import { StreamExpression } from "../cel/stream_expression.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { escapeJsonFrom, writeJson } from "./json_text.ts";
import { Operator, type OperatorTable } from "./operator.ts";
import { writeUtf8 } from "./text_writing.ts";

const QUOTE = 34;

class CelOperator extends Operator {
  override readonly isForeign = true;
  protected readonly expression: StreamExpression;

  constructor({ args: [source = "", ...options] }: FormatCommand, { node }: FormatContext) {
    super();
    this.expression = new StreamExpression(source, options as CelOption[], node);
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    return this.expression.write(writer, view);
  }
}

class TypedCelOperator extends CelOperator {
  override readonly isText = false;
  readonly #maxLength: number;

  constructor(command: FormatCommand, context: FormatContext) {
    super(command, context);
    this.#maxLength = command.maxLength ?? Infinity;
  }

  /** Of all types a text alone is cut. */
  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    const value = this.expression.json(view);
    if (value === undefined || value === null) return false;
    if (typeof value === "string") writeCut(writer, value, this.#maxLength);
    else writeJson(writer, value);
    return true;
  }
}

/** A JSON string of so many bytes at most, before they are escaped. */
function writeCut(writer: ByteWriter, text: string, maxLength: number): void {
  writer.writeByte(QUOTE);
  const start = writer.length;
  writeUtf8(writer, text);
  writer.length = Math.min(writer.length, start + maxLength);
  escapeJsonFrom(writer, start);
  writer.writeByte(QUOTE);
}

/** CEL expressions. */
export const CEL_OPERATORS: OperatorTable = {
  CEL: (command, context) => new CelOperator(command, context),
  TYPED_CEL: (command, context) => new TypedCelOperator(command, context),
};
