/**
 * What a generic matcher looks at: a compiled `MatchInputConfig` reads one value out of what is known of a stream. Lines of
 * one header are one value here, joined with commas.
 */
import { latin1Bytes, rangeEquals } from "../base/ascii.ts";
import { assertNever } from "../base/errors.ts";
import type { MatchInputConfig } from "../config/matcher_tree_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ByteRange } from "./byte_range.ts";
import { HeaderField } from "./header_field.ts";
import { queryStart } from "./query_matcher.ts";

/** What is known of a stream where a matcher is asked. */
export interface MatchData {
  readonly request: RequestHead | null;
  readonly response: ResponseHead | null;
  /** The trusted client address and the peer's, without ports; empty = none. */
  readonly sourceAddress: string;
  readonly directSourceAddress: string;
}

/** How a value was found. What is `unknown` may come yet: the message it is part of has not. */
export type InputState = "found" | "absent" | "unknown";

const PERCENT = 37, AMPERSAND = 38, EQUALS = 61;

/** Reads one value. */
export class MatchInput {
  readonly #config: MatchInputConfig;
  readonly #field: HeaderField;
  readonly #parameter: Uint8Array;

  constructor(config: MatchInputConfig) {
    this.#config = config;
    this.#field = new HeaderField("name" in config ? config.name : "");
    this.#parameter = new TextEncoder().encode("name" in config ? config.name : "");
  }

  /** Points `value` at what is found. */
  read(data: MatchData, value: ByteRange): InputState {
    const { request, response } = data;
    switch (this.#config.kind) {
      case "request_header":
        if (request === null) return "unknown";
        if (!this.#field.isPart) return this.#readFields(request.headers, value);
        return this.#field.readRequestPart(request, value) ? "found" : "absent";
      case "response_header":
        if (response === null) return "unknown";
        if (!this.#field.isPart) return this.#readFields(response.headers, value);
        return this.#field.readResponsePart(response, value) ? "found" : "absent";
      case "query_parameter":
        return request === null ? "unknown" : this.#readParameter(request, value);
      case "status_code":
        return response === null ? "unknown" : textValue(String(response.status), value);
      case "status_class":
        return response === null ? "unknown" : textValue(`${Math.trunc(response.status / 100)}xx`, value);
      case "source_ip":
        return textValue(data.sourceAddress, value);
      case "direct_source_ip":
        return textValue(data.directSourceAddress, value);
      default:
        return assertNever(this.#config);
    }
  }

  #readFields(headers: HeaderList, value: ByteRange): InputState {
    const first = this.#field.findFrom(headers, 0);
    if (first < 0) return "absent";
    let next = this.#field.findFrom(headers, first + 1);
    if (next < 0) {
      value.set(headers.bytesOf(first), headers.valueStart(first), headers.valueEnd(first));
      return "found";
    }
    let text = headers.valueText(first);
    for (; next >= 0; next = this.#field.findFrom(headers, next + 1)) text += `,${headers.valueText(next)}`;
    value.setWhole(latin1Bytes(text));
    return "found";
  }

  /** Names and values are percent-decoded, unlike those of a `QueryParameterMatcher`. */
  #readParameter({ pathBytes: bytes, pathStart, pathEnd: end }: RequestHead, value: ByteRange): InputState {
    for (let at = queryStart(bytes, pathStart, end); at < end;) {
      let nameEnd = at;
      while (nameEnd < end && bytes[nameEnd] !== EQUALS && bytes[nameEnd] !== AMPERSAND) nameEnd++;
      let valueEnd = nameEnd;
      while (valueEnd < end && bytes[valueEnd] !== AMPERSAND) valueEnd++;
      decode(bytes, at, nameEnd, value);
      if (rangeEquals(value.bytes, value.start, value.end, this.#parameter)) {
        decode(bytes, Math.min(nameEnd + 1, valueEnd), valueEnd, value);
        return "found";
      }
      at = valueEnd + 1;
    }
    return "absent";
  }
}

function textValue(text: string, value: ByteRange): InputState {
  value.setText(text);
  return text === "" ? "absent" : "found";
}

/** Points `value` at `bytes[start, end)` with its `%XX` decoded; one that is none stays as it is. */
function decode(bytes: Uint8Array, start: number, end: number, value: ByteRange): void {
  value.set(bytes, start, end);
  let hasEscape = false;
  for (let at = start; at < end && !hasEscape; at++) hasEscape = bytes[at] === PERCENT;
  if (!hasEscape) return;
  const text = value.latin1().replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  value.setWhole(latin1Bytes(text));
}
