/** Heads for tests: as a codec leaves them, received bytes and all, but given as plain values. */
import { ByteBlock } from "../../src/base/byte_block.ts";
import { IS_CANONICAL } from "../../src/http/header_list.ts";
import { headerIdOf } from "../../src/http/header_names.ts";
import { methodOf } from "../../src/http/method.ts";
import { RequestHead } from "../../src/http/request_head.ts";

/** A received request. Names in lower case; text is one byte a character. */
export function requestHead(method: string, path: string, fields: Record<string, string> = {}): RequestHead {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = `${method} ${path} HTTP/1.1\r\n`;
  const text = `${start}${lines.join("")}\r\n`;
  const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
  const head = new RequestHead();
  head.begin(new ByteBlock(bytes));
  head.methodEnd = method.length;
  head.methodId = methodOf(bytes, 0, method.length);
  head.pathStart = method.length + 1;
  head.pathEnd = head.pathStart + path.length;
  let at = start.length;
  for (const [name, value] of Object.entries(fields)) {
    const nameEnd = at + name.length, valueEnd = nameEnd + 2 + value.length;
    head.headers.append(at, nameEnd, nameEnd + 2, valueEnd, headerIdOf(bytes, at, nameEnd) | IS_CANONICAL);
    at = valueEnd + 2;
  }
  return head;
}
