/** Request methods: the known ones by number, so that the data path compares numbers (spec/http.md 1.4). */
import { latin1Bytes } from "../base/ascii.ts";

/** A method without a number; its text is in the request head. */
export const CUSTOM_METHOD = 0;

/** The methods that every HTTP/1 listener accepts; the rest need `allow_custom_methods`. Order makes the number. */
export const METHOD_NAMES: readonly string[] = [
  "",
  ..."GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH".split(
    " ",
  ),
  ..."REPORT MERGE CHECKOUT MKACTIVITY NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE BIND REBIND UNBIND ACL LINK UNLINK".split(
    " ",
  ),
  ..."MKCALENDAR SOURCE QUERY".split(" "),
];

/** The methods that rules name. */
export const Method = {
  get: METHOD_NAMES.indexOf("GET"),
  head: METHOD_NAMES.indexOf("HEAD"),
  post: METHOD_NAMES.indexOf("POST"),
  put: METHOD_NAMES.indexOf("PUT"),
  delete: METHOD_NAMES.indexOf("DELETE"),
  connect: METHOD_NAMES.indexOf("CONNECT"),
  options: METHOD_NAMES.indexOf("OPTIONS"),
  trace: METHOD_NAMES.indexOf("TRACE"),
  query: METHOD_NAMES.indexOf("QUERY"),
} as const;

/** The same as bytes. */
export const METHOD_BYTES: readonly Uint8Array[] = METHOD_NAMES.map(latin1Bytes);

/** The number of the method in `bytes[start, end)` (case matters), or {@link CUSTOM_METHOD}. */
export function methodOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start, first = bytes[start];
  for (let id = 1; id < METHOD_BYTES.length; id++) {
    const name = METHOD_BYTES[id]!;
    if (name.length !== length || name[0] !== first) continue;
    let i = 1;
    while (i < length && bytes[start + i] === name[i]) i++;
    if (i === length) return id;
  }
  return CUSTOM_METHOD;
}
