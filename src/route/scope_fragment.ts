/**
 * One fragment of a request's scope key: the value of a field, or an element of it (spec/http.md 1.1). Values are texts of
 * one unit a byte.
 *
 * Of several lines the first counts, unless they are lines of a field that Envoy has as one.
 */
import { byteText } from "../base/byte_text.ts";
import type { ScopeElementChoice, ScopeFragmentConfig } from "../config/scoped_routes_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { SINGLE_LINE_REQUEST_HEADERS } from "../http/single_line_headers.ts";
import { ByteRange } from "../match/byte_range.ts";
import { HeaderField } from "../match/header_field.ts";

/** A fragment, ready to be read off heads. */
export class ScopeFragment {
  readonly #field: HeaderField;
  readonly #name: string;
  readonly #isOneLine: boolean;
  readonly #separator: string;
  readonly #choice: ScopeElementChoice;
  readonly #part = new ByteRange();

  constructor({ header, elementSeparator, choice }: ScopeFragmentConfig) {
    this.#field = new HeaderField(header);
    this.#name = header;
    this.#isOneLine = SINGLE_LINE_REQUEST_HEADERS.has(header);
    this.#separator = byteText(elementSeparator);
    this.#choice = choice.kind === "index"
      ? choice
      : { ...choice, separator: byteText(choice.separator), key: byteText(choice.key) };
  }

  /** The fragment of this request's key; null = it has none. It may be empty. */
  read(head: RequestHead): string | null {
    const value = this.#field.isPart ? this.#partOf(head) : this.#fieldOf(head), choice = this.#choice;
    if (value === null) return null;
    return choice.kind === "index"
      ? elementAt(value, this.#separator, choice.index)
      : valueOfKey(value, this.#separator, choice.separator, choice.key);
  }

  #partOf(head: RequestHead): string | null {
    return this.#field.readRequestPart(head, this.#part) ? this.#part.latin1() : null;
  }

  #fieldOf({ headers }: RequestHead): string | null {
    return this.#isOneLine ? headers.getNameJoined(this.#name) : headers.getName(this.#name);
  }
}

/** Null when there are not so many. Without a separator the whole value is element 0. */
function elementAt(value: string, separator: string, index: number): string | null {
  if (separator === "") return value;
  let start = 0;
  for (let left = index; left > 0; left--) {
    const end = value.indexOf(separator, start);
    if (end < 0) return null;
    start = end + separator.length;
  }
  const end = value.indexOf(separator, start);
  return end < 0 ? value.slice(start) : value.slice(start, end);
}

/** What follows the key in the first element that has it; empty where nothing does. */
function valueOfKey(value: string, separator: string, keySeparator: string, key: string): string | null {
  for (let start = 0, end = 0; end >= 0; start = end + separator.length) {
    end = separator === "" ? -1 : value.indexOf(separator, start);
    const element = end < 0 ? value.slice(start) : value.slice(start, end), at = element.indexOf(keySeparator);
    if ((at < 0 ? element : element.slice(0, at)) === key) return at < 0 ? "" : element.slice(at + keySeparator.length);
  }
  return null;
}
