/**
 * A header as configuration names it, found in a head. The parts of a head that Envoy has as fields go by their names there:
 * `:method`, `:path` (query included), `:scheme`, `:status`, and `host` for `:authority`.
 */
import { latin1Bytes, rangeEquals } from "../base/ascii.ts";
import { ENTRY_SIZE, type HeaderList, IS_REMOVED } from "../http/header_list.ts";
import { HeaderId, headerIdOfName, OTHER_HEADER } from "../http/header_names.ts";
import { CUSTOM_METHOD, METHOD_NAMES } from "../http/method.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ByteRange } from "./byte_range.ts";

const METHODS: readonly Uint8Array[] = METHOD_NAMES.map(latin1Bytes);
const HTTP = latin1Bytes("http"), HTTPS = latin1Bytes("https");
const ID_BITS = 0xff;

/** A name, ready to be looked up. */
export class HeaderField {
  /** It names a part of a head, not a field of a list. */
  readonly isPart: boolean;
  readonly #part: string;
  readonly #id: number;
  readonly #name: Uint8Array;

  /** `name` is in lower case, the authority's is `host`. */
  constructor(name: string) {
    this.isPart = name.startsWith(":");
    this.#part = name;
    this.#id = headerIdOfName(name);
    this.#name = latin1Bytes(name);
  }

  /** The first entry of the name at `from` or behind, or -1. */
  findFrom(headers: HeaderList, from: number): number {
    if (this.#id !== OTHER_HEADER) return from === 0 ? headers.find(this.#id) : headers.findNext(from - 1);
    const { table, count } = headers;
    for (let entry = from; entry < count; entry++) {
      const at = entry * ENTRY_SIZE;
      if ((table[at + 4]! & (ID_BITS | IS_REMOVED)) !== OTHER_HEADER) continue;
      if (rangeEquals(headers.bytesOf(entry), table[at]!, table[at + 1]!, this.#name)) return entry;
    }
    return -1;
  }

  /** Points `value` at the part of a request; false = it has none. */
  readRequestPart(head: RequestHead, value: ByteRange): boolean {
    switch (this.#part) {
      case ":method":
        if (head.methodId !== CUSTOM_METHOD) value.setWhole(METHODS[head.methodId]!);
        else value.set(head.methodBytes, head.methodStart, head.methodEnd);
        return true;
      case ":path":
        value.set(head.pathBytes, head.pathStart, head.pathEnd);
        return head.pathStart < head.pathEnd;
      case ":scheme":
        value.setWhole(isHttps(head) ? HTTPS : HTTP);
        return true;
      default:
        return false;
    }
  }

  /** Points `value` at the part of a response; false = it has none. */
  readResponsePart(head: ResponseHead, value: ByteRange): boolean {
    if (this.#part !== ":status") return false;
    value.setText(String(head.status));
    return true;
  }
}

/** The scheme of an absolute target, else the one that the connection manager goes by. */
function isHttps({ scheme, headers }: RequestHead): boolean {
  if (scheme !== "") return scheme === "https";
  const entry = headers.find(HeaderId.xForwardedProto);
  return entry >= 0 && headers.valueText(entry).toLowerCase() === "https";
}
