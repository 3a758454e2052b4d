/**
 * A `HeaderMatcher`, compiled (spec/http.md 2.3). Where a name has several lines one of them must match; inverted, none may.
 * An absent header is no match, inverted or not, unless absence is what is asked for or the header counts as empty then,
 * which makes it present too.
 */
import type { HeaderMatcherConfig } from "../config/match_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import { ByteRange } from "./byte_range.ts";
import { HeaderField } from "./header_field.ts";
import { IntegerRange } from "./integer_range.ts";
import { StringMatcher } from "./string_matcher.ts";

const EMPTY = new Uint8Array(0);

/** Compiles a `HeaderMatcher`. */
export function compileHeaderMatcher(config: HeaderMatcherConfig): HeaderMatcher {
  return new HeaderMatcher(config);
}

/** A condition on one header. */
export class HeaderMatcher {
  readonly #field: HeaderField;
  readonly #strings: StringMatcher | null;
  readonly #range: IntegerRange | null;
  /** Of a test for presence alone. */
  readonly #isPresent: boolean;
  readonly #invert: boolean;
  readonly #treatMissingAsEmpty: boolean;
  readonly #part: ByteRange = new ByteRange();

  constructor({ name, test, invert, treatMissingAsEmpty }: HeaderMatcherConfig) {
    this.#field = new HeaderField(name);
    this.#strings = test.kind === "string" ? new StringMatcher(test.matcher) : null;
    this.#range = test.kind === "range" ? new IntegerRange(test.start, test.end) : null;
    this.#isPresent = test.kind === "present" && test.isPresent;
    this.#invert = invert;
    this.#treatMissingAsEmpty = treatMissingAsEmpty;
  }

  /** Whether a request's head is as wanted. */
  matchesRequest(head: RequestHead): boolean {
    if (!this.#field.isPart) return this.matchesFields(head.headers);
    return this.#field.readRequestPart(head, this.#part) ? this.#ofPart() : this.#ofAbsent();
  }

  /** Whether a response's head is as wanted. */
  matchesResponse(head: ResponseHead): boolean {
    if (!this.#field.isPart) return this.matchesFields(head.headers);
    return this.#field.readResponsePart(head, this.#part) ? this.#ofPart() : this.#ofAbsent();
  }

  /** Whether fields alone are as wanted: trailers, or a head whose other parts do not matter. */
  matchesFields(headers: HeaderList): boolean {
    let entry = this.#field.findFrom(headers, 0);
    if (entry < 0) return this.#ofAbsent();
    if (this.#strings === null && this.#range === null) return this.#isPresent !== this.#invert;
    for (; entry >= 0; entry = this.#field.findFrom(headers, entry + 1)) {
      if (this.#test(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry))) return !this.#invert;
    }
    return this.#invert;
  }

  #ofPart(): boolean {
    const { bytes, start, end } = this.#part;
    return this.#ofValue(bytes, start, end);
  }

  /** The verdict over a value that is there, once. */
  #ofValue(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#strings === null && this.#range === null) return this.#isPresent !== this.#invert;
    return this.#test(bytes, start, end) !== this.#invert;
  }

  #ofAbsent(): boolean {
    if (this.#treatMissingAsEmpty) return this.#ofValue(EMPTY, 0, 0);
    return this.#strings === null && this.#range === null && this.#isPresent === this.#invert;
  }

  #test(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#strings !== null
      ? this.#strings.matchesBytes(bytes, start, end)
      : this.#range!.matchesBytes(bytes, start, end);
  }
}
