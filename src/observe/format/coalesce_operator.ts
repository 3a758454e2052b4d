/**
 * `%COALESCE({"operators": [...]})%`: the first of its operators that has a value (spec/http.md 8.2).
 *
 * Differs from Envoy: a value that is empty is passed over, as its manual says; Envoy 1.40 takes it.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { StreamView } from "../stream_view.ts";
import { Operator } from "./operator.ts";

/** An empty JSON string is this long. */
const EMPTY_JSON_BYTES = 2;

export class CoalesceOperator extends Operator {
  override readonly isText = false;
  override readonly isForeign: boolean;
  readonly #operators: readonly Operator[];

  constructor(operators: readonly Operator[]) {
    super();
    this.#operators = operators;
    this.isForeign = operators.some((operator) => operator.isForeign);
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length;
    for (const operator of this.#operators) {
      if (operator.write(writer, view) && writer.length > start) return true;
    }
    return false;
  }

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length;
    for (const operator of this.#operators) {
      const isThere = operator.writeJson(writer, view);
      if (isThere && !(operator.isText && writer.length === start + EMPTY_JSON_BYTES)) return true;
      writer.length = start;
    }
    return false;
  }
}
