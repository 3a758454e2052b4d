/** A format of either kind, compiled for a worker. */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { FormatConfig } from "../../config/format/format_config.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { JsonFormatter } from "./json_formatter.ts";
import { TextFormatter } from "./text_formatter.ts";

export interface Formatter {
  /** Writes what the format makes of a stream. */
  write(writer: ByteWriter, view: StreamView): void;
  /** The same as text, one unit per byte. */
  text(view: StreamView): string;
}

/** Compiles a format. `escapesValues`: it makes log lines (see {@link TextFormatter}); JSON never needs it. */
export function compileFormat(config: FormatConfig, escapesValues: boolean, context: FormatContext): Formatter {
  if (config.kind === "json") return new JsonFormatter(config, context);
  return new TextFormatter(config.pieces, { omitEmptyValues: config.omitEmptyValues, escapesValues }, context);
}
