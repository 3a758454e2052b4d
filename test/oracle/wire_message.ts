/**
 * HTTP/1 messages read from text that may not be all there yet. The reader is lenient: what a proxy sends is shown as it
 * is, not judged; only the framing is followed (RFC 9112 6.3).
 */

/** A message as it stood on the wire. */
export interface WireMessage {
  /** `HTTP/1.1 200 OK` or `GET / HTTP/1.1`. */
  readonly startLine: string;
  /** 0 for a request. */
  readonly status: number;
  /** In their order, names as sent. */
  readonly fields: readonly WireField[];
  /** Decoded; what there is of it. */
  readonly body: string;
  readonly trailers: readonly WireField[];
  /** All of the message has come. */
  readonly isWhole: boolean;
  /** Where the next message starts. */
  readonly end: number;
}

/** A header or trailer field. */
export type WireField = readonly [name: string, value: string];

/** What the bytes alone do not tell. */
export interface Framing {
  /** Fields only, whatever they say: the answer to HEAD. */
  readonly isBodiless?: boolean;
  /** Nothing more will come. */
  readonly hasEnded: boolean;
}

/** The message that starts at `start`, or null while its head is not all there. */
export function readMessage(
  text: string,
  start: number,
  { isBodiless = false, hasEnded }: Framing,
): WireMessage | null {
  const headEnd = text.indexOf("\r\n\r\n", start);
  if (headEnd < 0) return null;
  const [startLine = "", ...lines] = text.slice(start, headEnd).split("\r\n");
  const fields = lines.map(fieldOf);
  const status = startLine.startsWith("HTTP/") ? Number(startLine.slice(9, 12)) : 0;
  const head = { startLine, status, fields };
  const bodyStart = headEnd + 4;
  if (isBodiless || status >= 100 && status < 200 || status === 204 || status === 304) {
    return { ...head, body: "", trailers: [], isWhole: true, end: bodyStart };
  }
  if (/^chunked$/i.test(valueOf(fields, "transfer-encoding") ?? "")) return { ...head, ...chunked(text, bodyStart) };
  const length = valueOf(fields, "content-length");
  if (length === null && status === 0) return { ...head, body: "", trailers: [], isWhole: true, end: bodyStart };
  const end = length === null ? Infinity : bodyStart + Number(length);
  const body = text.slice(bodyStart, end);
  const isWhole = length === null ? hasEnded : body.length === Number(length);
  return { ...head, body, trailers: [], isWhole, end: bodyStart + body.length };
}

/** The value of the first field of this name (in lower case), or null. */
export function valueOf(fields: readonly WireField[], name: string): string | null {
  return fields.find(([found]) => found.toLowerCase() === name)?.[1] ?? null;
}

function chunked(text: string, start: number): Pick<WireMessage, "body" | "trailers" | "isWhole" | "end"> {
  let body = "", at = start;
  const partial = () => ({ body, trailers: [], isWhole: false, end: text.length });
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd < 0) return partial();
    const size = parseInt(text.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) return partial();
    at = lineEnd + 2;
    if (size === 0) break;
    body += text.slice(at, at + size);
    at += size + 2;
    if (at > text.length) return partial();
  }
  if (text.startsWith("\r\n", at)) return { body, trailers: [], isWhole: true, end: at + 2 };
  const end = text.indexOf("\r\n\r\n", at);
  if (end < 0) return partial();
  return { body, trailers: text.slice(at, end).split("\r\n").map(fieldOf), isWhole: true, end: end + 4 };
}

/** White space round the value is kept, but for the one space that everybody puts there. */
function fieldOf(line: string): WireField {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
