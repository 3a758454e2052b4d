/**
 * A `HeaderMatcher`, compiled (spec/http.md 2.3). The parts of a head that Envoy has as fields go by their names there:
 * `:method`, `:path` (query included), `:scheme`, `:status`, and `host` for `:authority`.
 *
 * Where a name has several lines one of them must match; inverted, none may. An absent header is no match, inverted or
 * not, unless absence is what is asked for.
 */
import { latin1Bytes, rangeEquals } from "../base/ascii.ts";
import type { HeaderMatcherConfig } from "../config/match_config.ts";
import { ENTRY_SIZE, type HeaderList, IS_REMOVED } from "../http/header_list.ts";
import { HeaderId, headerIdOfName, OTHER_HEADER } from "../http/header_names.ts";
import { CUSTOM_METHOD, METHOD_NAMES } from "../http/method.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import { IntegerRange } from "./integer_range.ts";
import { StringMatcher } from "./string_matcher.ts";

const EMPTY = new Uint8Array(0);
const METHODS: readonly Uint8Array[] = METHOD_NAMES.map(latin1Bytes);
const SCHEMES: Readonly<Record<string, Uint8Array>> = { http: latin1Bytes("http"), https: latin1Bytes("https") };
const ID_BITS = 0xff;

/** What a matcher's name stands for. */
type Source = "field" | ":method" | ":path" | ":scheme" | ":status" | "nothing";

/** Compiles a `HeaderMatcher`. */
export function compileHeaderMatcher(config: HeaderMatcherConfig): HeaderMatcher {
  return new HeaderMatcher(config);
}

export class HeaderMatcher {
  readonly #source: Source;
  readonly #id: number;
  readonly #name: Uint8Array;
  readonly #strings: StringMatcher | null;
  readonly #range: IntegerRange | null;
  /** Of a test for presence alone. */
  readonly #isPresent: boolean;
  readonly #invert: boolean;
  readonly #treatMissingAsEmpty: boolean;
  /** `:status` as text, written for the one who asks. */
  readonly #digits: Uint8Array = new Uint8Array(3);

  constructor({ name, test, invert, treatMissingAsEmpty }: HeaderMatcherConfig) {
    this.#source = sourceOf(name);
    this.#id = headerIdOfName(name);
    this.#name = latin1Bytes(name);
    this.#strings = test.kind === "string" ? new StringMatcher(test.matcher) : null;
    this.#range = test.kind === "range" ? new IntegerRange(test.start, test.end) : null;
    this.#isPresent = test.kind === "present" && test.isPresent;
    this.#invert = invert;
    this.#treatMissingAsEmpty = treatMissingAsEmpty;
  }

  /** Whether a request's head is as wanted. */
  matchesRequest(head: RequestHead): boolean {
    switch (this.#source) {
      case "field":
        return this.matchesFields(head.headers);
      case ":method":
        if (head.methodId !== CUSTOM_METHOD) return this.#ofWhole(METHODS[head.methodId]!);
        return this.#ofValue(head.headers.bytes, head.methodStart, head.methodEnd);
      case ":path":
        return head.pathStart === head.pathEnd
          ? this.#ofAbsent()
          : this.#ofValue(head.pathBytes, head.pathStart, head.pathEnd);
      case ":scheme":
        return this.#ofScheme(head);
      default:
        return this.#ofAbsent();
    }
  }

  /** Whether a response's head is as wanted. */
  matchesResponse(head: ResponseHead): boolean {
    if (this.#source === "field") return this.matchesFields(head.headers);
    if (this.#source !== ":status") return this.#ofAbsent();
    const digits = this.#digits;
    digits[0] = 48 + Math.trunc(head.status / 100);
    digits[1] = 48 + Math.trunc(head.status / 10) % 10;
    digits[2] = 48 + head.status % 10;
    return this.#ofWhole(digits);
  }

  /** Whether fields alone are as wanted: trailers, or a head whose other parts do not matter. */
  matchesFields(headers: HeaderList): boolean {
    let entry = this.#findFrom(headers, 0);
    if (entry < 0) return this.#ofAbsent();
    if (this.#strings === null && this.#range === null) return this.#isPresent !== this.#invert;
    for (; entry >= 0; entry = this.#findFrom(headers, entry + 1)) {
      if (this.#test(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry))) return !this.#invert;
    }
    return this.#invert;
  }

  /** Of HTTP/1 without an absolute target there is no scheme but the one the connection manager goes by. */
  #ofScheme(head: RequestHead): boolean {
    const scheme = SCHEMES[head.scheme];
    if (scheme !== undefined) return this.#ofWhole(scheme);
    const { headers } = head;
    const entry = headers.find(HeaderId.xForwardedProto);
    if (entry < 0) return this.#ofWhole(SCHEMES["http"]!);
    return this.#ofWhole(SCHEMES[headers.valueText(entry).toLowerCase()] ?? SCHEMES["http"]!);
  }

  #ofWhole(value: Uint8Array): boolean {
    return this.#ofValue(value, 0, value.length);
  }

  /** The verdict over a part of a head that is there, once. */
  #ofValue(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#strings === null && this.#range === null) return this.#isPresent !== this.#invert;
    return this.#test(bytes, start, end) !== this.#invert;
  }

  #ofAbsent(): boolean {
    if (this.#strings === null && this.#range === null) return this.#isPresent === this.#invert;
    return this.#treatMissingAsEmpty && this.#test(EMPTY, 0, 0) !== this.#invert;
  }

  #test(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#strings !== null
      ? this.#strings.matchesBytes(bytes, start, end)
      : this.#range!.matchesBytes(bytes, start, end);
  }

  #findFrom(headers: HeaderList, from: number): number {
    if (this.#id !== OTHER_HEADER) return from === 0 ? headers.find(this.#id) : headers.findNext(from - 1);
    const { table, count } = headers;
    for (let entry = from; entry < count; entry++) {
      const at = entry * ENTRY_SIZE;
      if ((table[at + 4]! & (ID_BITS | IS_REMOVED)) !== OTHER_HEADER) continue;
      if (rangeEquals(headers.bytesOf(entry), table[at]!, table[at + 1]!, this.#name)) return entry;
    }
    return -1;
  }
}

function sourceOf(name: string): Source {
  switch (name) {
    case ":method":
    case ":path":
    case ":scheme":
    case ":status":
      return name;
    default:
      return name.startsWith(":") ? "nothing" : "field";
  }
}
