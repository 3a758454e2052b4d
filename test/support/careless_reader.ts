/**
 * How servers read requests that do not read them carefully: each habit here has let somebody smuggle a request past a
 * proxy somewhere. A proxy's output must mean the same to all of them, and to a reader that knows only the RFC's grammar.
 */

/** A request as a reader believes it to be. */
export interface BelievedRequest {
  /** `POST /x` */
  readonly start: string;
  /** `name: value`, names in lower case, in their order. */
  readonly fields: readonly string[];
  readonly body: string;
}

/** What a reader made of a connection's bytes. */
export interface Reading {
  readonly requests: readonly BelievedRequest[];
  /** What was left: part of a request, or what is none. */
  readonly rest: string;
}

/** The habits of one reader. */
export interface Habits {
  readonly name: string;
  readonly lineEnd: RegExp;
  /** Which of several lengths counts. */
  readonly length: "first" | "last";
  /** How it knows the chunked coding. */
  readonly coding: "exact" | "somewhere" | "last of a list";
  /** What counts when there is a length and a coding. */
  readonly preferred: "length" | "coding";
  /** Text ends at NUL, as in C. */
  readonly cutsAtNul: boolean;
}

const CRLF_OR_LF = /\r?\n/g, ANY_LINE_END = /\r\n|\n|\r/g;

/** Readers that are around. */
export const CARELESS: readonly Habits[] = [
  habits("takes the first length and any line feed", {}),
  habits("takes the last length", { length: "last" }),
  habits("looks for chunked anywhere", { coding: "somewhere" }),
  habits("believes the length before the coding", { preferred: "length", coding: "last of a list" }),
  habits("ends a line with a lone CR", { lineEnd: ANY_LINE_END }),
  habits("ends text at NUL", { cutsAtNul: true, length: "last", coding: "somewhere" }),
];

function habits(name: string, own: Partial<Habits>): Habits {
  return {
    name,
    lineEnd: CRLF_OR_LF,
    length: "first",
    coding: "exact",
    preferred: "coding",
    cutsAtNul: false,
    ...own,
  };
}

/** Reads all requests there are. Nothing is ever refused: what cannot be read is taken for something that can. */
export function readCarelessly(bytes: string, how: Habits): Reading {
  const requests: BelievedRequest[] = [];
  let rest = bytes;
  for (;;) {
    const found = readOneCarelessly(rest, how);
    if (found === null) return { requests, rest };
    requests.push(found.request);
    rest = found.rest;
  }
}

interface FoundRequest {
  readonly request: BelievedRequest;
  readonly rest: string;
}

function readOneCarelessly(bytes: string, how: Habits): FoundRequest | null {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const line = lineAt(bytes, at, how.lineEnd);
    if (line === null) return null;
    at = line.next;
    if (line.text === "" && lines.length > 0) break;
    if (line.text === "") continue;
    if (/^[ \t]/.test(line.text) && lines.length > 1) lines[lines.length - 1] += ` ${line.text.trim()}`;
    else lines.push(how.cutsAtNul ? line.text.split("\0", 1)[0]! : line.text);
  }
  const [method = "", target = ""] = lines[0]!.trim().split(/[ \t]+/);
  const fields = lines.slice(1).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon < 0 ? line.length : colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const body = bodyAt(bytes, at, fields, how);
  if (body === null) return null;
  return {
    request: {
      start: `${method} ${target}`,
      fields: fields.map(([name, value]) => `${name}: ${value}`),
      body: body.text,
    },
    rest: bytes.slice(body.next),
  };
}

interface Piece {
  readonly text: string;
  readonly next: number;
}

function lineAt(bytes: string, at: number, lineEnd: RegExp): Piece | null {
  lineEnd.lastIndex = at;
  const match = lineEnd.exec(bytes);
  return match === null ? null : { text: bytes.slice(at, match.index), next: match.index + match[0].length };
}

function bodyAt(
  bytes: string,
  at: number,
  fields: readonly (readonly [name: string, value: string])[],
  how: Habits,
): Piece | null {
  const values = (name: string) => fields.filter(([found]) => found === name).map(([, value]) => value);
  const lengths = values("content-length"), codings = values("transfer-encoding").map((value) => value.toLowerCase());
  const isChunked = codings.some((coding) => {
    if (how.coding === "exact") return coding === "chunked";
    return how.coding === "somewhere" ? coding.includes("chunked") : coding.split(",").at(-1)!.trim() === "chunked";
  });
  if (isChunked && (lengths.length === 0 || how.preferred === "coding")) return chunksAt(bytes, at, how);
  const length = Math.max(0, parseInt((how.length === "first" ? lengths[0] : lengths.at(-1)) ?? "0") || 0);
  return bytes.length < at + length ? null : { text: bytes.slice(at, at + length), next: at + length };
}

/** Takes a size up to the first byte that is no digit, and whatever lies between a chunk's data and the next line. */
function chunksAt(bytes: string, start: number, how: Habits): Piece | null {
  let at = start, text = "";
  for (;;) {
    const line = lineAt(bytes, at, how.lineEnd);
    if (line === null) return null;
    const size = Math.max(0, parseInt(line.text, 16) || 0);
    at = line.next;
    if (size === 0) break;
    if (bytes.length < at + size) return null;
    text += bytes.slice(at, at + size);
    const rest = lineAt(bytes, at + size, how.lineEnd);
    if (rest === null) return null;
    at = rest.next;
  }
  for (;;) {
    const line = lineAt(bytes, at, how.lineEnd);
    if (line === null) return null;
    at = line.next;
    if (line.text === "") return { text, next: at };
  }
}

// ---- by the grammar

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP\/1\.1\r\n/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9a-z-]+): ([\t\x20-\x7e\x80-\xff]*)\r\n/;
const CHUNK_LINE = /^([0-9a-f]{1,8})\r\n/;

/**
 * Reads requests as RFC 9112 writes them and as a proxy may write them: lower-case names, one framing field at most. Throws
 * at the first byte that is not in the grammar; an unfinished request is the rest.
 */
export function readStrictly(bytes: string): Reading {
  const requests: BelievedRequest[] = [];
  let at = 0;
  while (at < bytes.length) {
    const found = readOneStrictly(bytes.slice(at));
    if (found === null) break;
    requests.push(found.request);
    at = bytes.length - found.rest.length;
  }
  return { requests, rest: bytes.slice(at) };
}

function readOneStrictly(bytes: string): FoundRequest | null {
  const headEnd = bytes.indexOf("\r\n\r\n") + 2;
  if (headEnd < 2) return null;
  const body = bytes.slice(headEnd + 2);
  let head = bytes.slice(0, headEnd);
  const startLine = REQUEST_LINE.exec(head);
  if (startLine === null) throw new Error(`No request line: found ${JSON.stringify(head)}`);
  const fields: string[] = [], framing: string[] = [];
  for (head = head.slice(startLine[0].length); head !== "";) {
    const field = FIELD_LINE.exec(head);
    if (field === null) throw new Error(`No field line: found ${JSON.stringify(head)}`);
    head = head.slice(field[0].length);
    fields.push(`${field[1]}: ${field[2]}`);
    if (field[1] === "content-length" || field[1] === "transfer-encoding") framing.push(`${field[1]}: ${field[2]}`);
  }
  if (framing.length > 1) throw new Error(`Two framings: found ${framing.join(", ")}`);
  const content = strictBody(body, framing[0] ?? "content-length: 0");
  if (content === null) return null;
  return {
    request: { start: `${startLine[1]} ${startLine[2]}`, fields, body: content.text },
    rest: body.slice(content.next),
  };
}

function strictBody(bytes: string, framing: string): Piece | null {
  if (framing !== "transfer-encoding: chunked") {
    const length = /^content-length: (\d{1,15})$/.exec(framing)?.[1];
    if (length === undefined) throw new Error(`No framing: found ${framing}`);
    return bytes.length < Number(length) ? null : { text: bytes.slice(0, Number(length)), next: Number(length) };
  }
  let at = 0, text = "";
  for (;;) {
    const end = bytes.indexOf("\r\n", at) + 2;
    if (end < 2) return null;
    const line = CHUNK_LINE.exec(bytes.slice(at, end));
    if (line === null) throw new Error(`No chunk size: found ${JSON.stringify(bytes.slice(at, end))}`);
    const size = parseInt(line[1]!, 16);
    if (bytes.length < end + size + 2) return null;
    if (bytes.slice(end + size, end + size + 2) !== "\r\n") {
      throw new Error(`A chunk of ${size} bytes does not end there`);
    }
    if (size === 0) return { text, next: end + 2 };
    text += bytes.slice(end, end + size);
    at = end + size + 2;
  }
}
