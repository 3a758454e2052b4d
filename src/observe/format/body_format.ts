/**
 * A format that makes bodies of replies (`SubstitutionFormatString`, spec/http.md 2.11, 6.3): of the body that there is,
 * which is its `%LOCAL_REPLY_BODY%`, and of the stream.
 */
import { ByteWriter } from "../../base/byte_writer.ts";
import type { FormatConfig } from "../../config/format/format_config.ts";
import type { OwnStreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { compileFormat, type Formatter } from "./formatter.ts";

export class BodyFormat {
  /** What its bodies are; null = text, and nobody has said more of it. */
  readonly contentType: string | null;
  readonly #formatter: Formatter;

  constructor(config: FormatConfig, context: FormatContext) {
    this.#formatter = compileFormat(config, false, context);
    this.contentType = config.contentType || (config.kind === "json" ? "application/json" : null);
  }

  /** The body that it makes of `body`. */
  bodyOf(body: Uint8Array, view: OwnStreamView): Uint8Array {
    const writer = new ByteWriter();
    view.localReplyBody = body;
    this.#formatter.write(writer, view);
    view.localReplyBody = null;
    return writer.bytes.slice(0, writer.length);
  }
}
