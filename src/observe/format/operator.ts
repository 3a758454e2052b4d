/**
 * Commands of a format, compiled: each an operator that writes one value of a stream. Operators are made once for each
 * worker; writing makes no string where bytes can be copied.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { FormatCommand } from "../../config/format/format_config.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { escapeJsonFrom } from "./json_text.ts";
import { writeUtf8 } from "./text_writing.ts";

const QUOTE = 34;

/** One value of a stream. */
export abstract class Operator {
  /** In JSON it is a string, the text that `write` writes. */
  readonly isText: boolean = true;
  /** Somebody outside may have chosen it. */
  readonly isForeign: boolean = false;

  /** Writes the value. False: there is none, and nothing was written. */
  abstract write(writer: ByteWriter, view: StreamView): boolean;

  /** Writes the value as JSON. False: there is none, and nothing was written. */
  writeJson(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length;
    writer.writeByte(QUOTE);
    if (!this.write(writer, view)) {
      writer.length = start;
      return false;
    }
    escapeJsonFrom(writer, start + 1);
    writer.writeByte(QUOTE);
    return true;
  }
}

/** Compiles a command. */
export type OperatorFactory = (command: FormatCommand, context: FormatContext) => Operator;

/** Commands and how they are compiled. */
export type OperatorTable = Readonly<Record<string, OperatorFactory>>;

// ---- the simple kinds

/** A number from 0 up; less than 0 = there is none. */
class NumberOperator extends Operator {
  override readonly isText = false;
  readonly #read: (view: StreamView) => number;

  constructor(read: (view: StreamView) => number) {
    super();
    this.#read = read;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const value = this.#read(view);
    if (value < 0) return false;
    writer.writeDecimal(value);
    return true;
  }

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    return this.write(writer, view);
  }
}

/** A text of ours or of the configuration; empty = there is none. */
class TextOperator extends Operator {
  override readonly isForeign: boolean;
  readonly #read: (view: StreamView) => string;

  constructor(read: (view: StreamView) => string, isForeign: boolean) {
    super();
    this.#read = read;
    this.isForeign = isForeign;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const text = this.#read(view);
    if (text === "") return false;
    writeUtf8(writer, text);
    return true;
  }
}

/** The same for every stream. An empty text is there all the same. */
class ConstantOperator extends Operator {
  readonly #bytes: Uint8Array;

  constructor(text: string) {
    super();
    this.#bytes = new TextEncoder().encode(text);
  }

  override write(writer: ByteWriter): boolean {
    writer.writeBytes(this.#bytes);
    return true;
  }
}

/** Cuts a text after so many bytes. What is no text in JSON is left whole there. */
export class CutOperator extends Operator {
  override readonly isText: boolean;
  override readonly isForeign: boolean;
  readonly #inner: Operator;
  readonly #maxLength: number;

  constructor(inner: Operator, maxLength: number) {
    super();
    this.#inner = inner;
    this.#maxLength = maxLength;
    this.isText = inner.isText;
    this.isForeign = inner.isForeign;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length;
    if (!this.#inner.write(writer, view)) return false;
    writer.length = Math.min(writer.length, start + this.#maxLength);
    return true;
  }

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    return this.isText ? super.writeJson(writer, view) : this.#inner.writeJson(writer, view);
  }
}

/** Compiles a command without arguments into a number from 0 up; less than 0 = none. */
export function number(read: (view: StreamView) => number): OperatorFactory {
  const operator = new NumberOperator(read);
  return () => operator;
}

/** Compiles a command without arguments into a text; empty = none. */
export function text(read: (view: StreamView) => string): OperatorFactory {
  const operator = new TextOperator(read, false);
  return () => operator;
}

/** Likewise, of a text that somebody outside may have chosen. */
export function foreignText(read: (view: StreamView) => string): OperatorFactory {
  const operator = new TextOperator(read, true);
  return () => operator;
}

/** Compiles a command into what is the same for every stream, an empty text included. */
export function constant(read: (command: FormatCommand, context: FormatContext) => string): OperatorFactory {
  return (command, context) => new ConstantOperator(read(command, context));
}
