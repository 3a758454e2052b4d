/**
 * The `connection` field of a request: which other fields it takes out of the message (spec/http.md 1.10, RFC 9110 section
 * 7.6.1). Some may not be nominated: a client could otherwise make a proxy drop what the next hop trusts.
 *
 * Differs from Envoy: that holds for upgrades too, whose `connection` Envoy hands to the next hop unseen.
 */
import { latin1Bytes, rangeEqualsIgnoreCase } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";

/** Envoy's bound: a real client nominates one or two. */
const MAX_TOKENS = 10;
/** A `te` this long that is nominated is an attack. */
const MAX_TE_BYTES = 256;
/** Not to be nominated: what later hops trust. */
const PROTECTED = new Set(["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]);
/** Say something about the connection, not about a field. */
const OPTIONS = new Set(["close", "keep-alive", "upgrade", "http2-settings", "te"]);

/** The two that real clients send, compared as bytes so that no text is made for them. */
const KEEP_ALIVE = latin1Bytes("keep-alive"), CLOSE = latin1Bytes("close");

/** Removes every nominated field and its nomination. False: the request must be refused. */
export function dropNominated(headers: HeaderList): boolean {
  const first = headers.find(HeaderId.connection);
  if (headers.findNext(first) < 0 && isPlainOption(headers, first)) return true;
  const options: string[] = [];
  let tokens = 0;
  for (let entry = first; entry >= 0; entry = headers.findNext(entry)) {
    for (const part of headers.valueText(entry).split(",")) {
      const option = part.trim(), token = option.toLowerCase();
      if (token === "") continue;
      if (++tokens >= MAX_TOKENS) return false;
      if (OPTIONS.has(token)) {
        if (token === "te" && (headers.get(HeaderId.te)?.length ?? 0) >= MAX_TE_BYTES) return false;
        options.push(option);
        continue;
      }
      if (PROTECTED.has(token) || token.startsWith(":")) return false;
      headers.removeName(token);
    }
  }
  if (options.length === tokens) return true;
  if (options.length === 0) headers.remove(HeaderId.connection);
  else headers.set(HeaderId.connection, options.join(","));
  return true;
}

/** Whether a field is nominated that may not be: for an upgrade, whose `connection` goes to the next hop as it is. */
export function nominatesProtected(headers: HeaderList): boolean {
  for (let entry = headers.find(HeaderId.connection); entry >= 0; entry = headers.findNext(entry)) {
    const tokens = headers.valueText(entry).toLowerCase().split(",");
    if (tokens.some((token) => PROTECTED.has(token.trim()))) return true;
  }
  return false;
}

function isPlainOption(headers: HeaderList, entry: number): boolean {
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry), end = headers.valueEnd(entry);
  return rangeEqualsIgnoreCase(bytes, start, end, KEEP_ALIVE) || rangeEqualsIgnoreCase(bytes, start, end, CLOSE);
}
