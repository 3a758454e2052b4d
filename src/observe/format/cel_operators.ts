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
import { writeJson } from "./json_text.ts";
import { Operator, type OperatorTable } from "./operator.ts";

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

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    const value = this.expression.json(view);
    if (value === undefined || value === null) return false;
    writeJson(writer, value);
    return true;
  }
}

/** CEL expressions. */
export const CEL_OPERATORS: OperatorTable = {
  CEL: (command, context) => new CelOperator(command, context),
  TYPED_CEL: (command, context) => new TypedCelOperator(command, context),
};
