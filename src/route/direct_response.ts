/** Answers without asking anybody (spec/http.md 2.11): with a body that is always the same, or that a format makes. */
import type { DirectResponseConfig } from "../config/route_config.ts";
import { BodyFormat } from "../observe/format/body_format.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { ViewedStream } from "../observe/stream_view.ts";

/** `action.kind` is `direct_response`. */
export class DirectResponse {
  readonly kind = "direct_response";
  readonly status: number;
  readonly #body: Uint8Array;
  readonly #format: BodyFormat | null;

  constructor({ status, body, bodyFormat }: DirectResponseConfig, formats: FormatContext) {
    this.status = status;
    this.#body = body;
    this.#format = bodyFormat === null ? null : new BodyFormat(bodyFormat, formats);
  }

  /** What the body is, whatever the header lists say; null = they may say it. */
  get contentType(): string | null {
    return this.#format?.contentType ?? null;
  }

  /** The body for a stream whose answer has not begun. */
  bodyFor(stream: ViewedStream): Uint8Array {
    return this.#format === null ? this.#body : this.#format.bodyOf(this.#body, stream.view);
  }
}
