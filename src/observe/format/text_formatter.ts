/** Text formats, compiled: literal bytes and operators, written one behind the other (spec/http.md 8.1). */
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import type { TextTemplate } from "../../config/format/format_config.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import type { Operator } from "./operator.ts";
import { compileCommand } from "./operator_table.ts";
import { escapeFrom } from "./text_writing.ts";

const DASH = 45;

/** How values are treated. */
export interface TextFormatterOptions {
  /** What has no value leaves no trace; else it is a dash. Headers want that. */
  readonly omitEmptyValues: boolean;
  /** Values that somebody outside chose are escaped: a log line's must not end it. */
  readonly escapesValues: boolean;
}

/** A text format of one worker. */
export class TextFormatter {
  readonly #pieces: readonly (Uint8Array | Operator)[];
  readonly #omitsEmpty: boolean;
  readonly #escapes: boolean;

  constructor(template: TextTemplate, options: TextFormatterOptions, context: FormatContext) {
    const encoder = new TextEncoder();
    this.#pieces = template.map((piece) =>
      typeof piece === "string" ? encoder.encode(piece) : compileCommand(piece, context)
    );
    this.#omitsEmpty = options.omitEmptyValues;
    this.#escapes = options.escapesValues;
  }

  /** Writes the text of a stream. */
  write(writer: ByteWriter, view: StreamView): void {
    const pieces = this.#pieces;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]!;
      if (piece instanceof Uint8Array) {
        writer.writeBytes(piece);
        continue;
      }
      const start = writer.length;
      if (!piece.write(writer, view)) {
        writer.length = start;
        if (!this.#omitsEmpty) writer.writeByte(DASH);
      } else if (this.#escapes && piece.isForeign) {
        escapeFrom(writer, start);
      }
    }
  }

  /** The same as text, one unit per byte: as header values are. */
  text(view: StreamView): string {
    const writer = new ByteWriter();
    this.write(writer, view);
    return latin1Text(writer.bytes, 0, writer.length);
  }
}
