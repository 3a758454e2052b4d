/**
 * Heads onto the wire. Lines that lie as they were received, `name: value CRLF` to the byte, are copied in runs as long
 * as they lie: a request nobody touched leaves in one copy, start line included. Names go out in lower case, with
 * `proper_case_words` with a capital after each byte that is no letter or digit, or, where the message was received by a
 * codec that keeps them so, as they were spelled.
 *
 * What frames the body is not written here: the encoders of both sides add those lines behind the fields.
 */
import { byteClass, latin1Bytes, TO_LOWER } from "../../base/ascii.ts";
import type { ByteWriter } from "../../base/byte_writer.ts";
import { ENTRY_SIZE, type HeaderList, IN_ADDED, IS_CANONICAL, IS_REMOVED } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { CUSTOM_METHOD, Method, METHOD_NAMES } from "../../http/method.ts";
import type { NameSpellings } from "../../http/name_spellings.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { reasonPhrase } from "../../http/status.ts";

const CR = 13, LF = 10, SPACE = 32, COLON = 58;

const METHOD_BYTES: readonly Uint8Array[] = METHOD_NAMES.map((name) => latin1Bytes(`${name} `));
const VERSION_LINE_END = latin1Bytes(" HTTP/1.1\r\n");
const STATUS_LINES_11 = new Map<number, Uint8Array>();
const STATUS_LINES_10 = new Map<number, Uint8Array>();

const IS_ALPHANUMERIC = byteClass("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/** The lines that frame a message, for {@link writeOwnLine}. */
export const Line = {
  contentLengthZero: latin1Bytes("content-length: 0\r\n"),
  transferEncodingChunked: latin1Bytes("transfer-encoding: chunked\r\n"),
} as const;

/** Writes the request line and all fields, without the empty line. Returns how long the request line is. */
export function writeRequestHead(
  writer: ByteWriter,
  head: RequestHead,
  isProperCase: boolean,
  isFullyQualified: boolean,
): number {
  const start = writer.length;
  if (
    head.requestLineEnd !== 0 && !isFullyQualified && head.pathBytes === head.headers.bytes &&
    head.pathStart === head.methodEnd + 1 && head.pathEnd + VERSION_LINE_END.length === head.requestLineEnd
  ) {
    if (!isProperCase && head.headers.cases === null) {
      writeRuns(writer, head.headers, head.methodStart, head.requestLineEnd);
      return head.requestLineEnd - head.methodStart;
    }
    writer.writeRange(head.headers.bytes, head.methodStart, head.requestLineEnd);
  } else {
    writeRequestLine(writer, head, isFullyQualified);
  }
  const fieldsStart = writer.length;
  writeFields(writer, head.headers, isProperCase);
  return fieldsStart - start;
}

/** Writes the status line: with the standard phrase, or the sender's where that is to be kept. */
export function writeStatusLine(writer: ByteWriter, head: ResponseHead, isHttp10: boolean): void {
  const { status } = head;
  if (head.keepsReason && head.reasonEnd > head.reasonStart) {
    writer.writeLatin1(`HTTP/1.${isHttp10 ? 0 : 1} ${status} `);
    writer.writeRange(head.headers.bytes, head.reasonStart, head.reasonEnd);
    return writeLineEnd(writer);
  }
  const lines = isHttp10 ? STATUS_LINES_10 : STATUS_LINES_11;
  let line = lines.get(status);
  if (line === undefined) {
    line = latin1Bytes(`HTTP/1.${isHttp10 ? 0 : 1} ${status} ${reasonPhrase(status)}\r\n`);
    lines.set(status, line);
  }
  writer.writeBytes(line);
}

/** Writes the field lines, without the empty line. */
export function writeFields(writer: ByteWriter, headers: HeaderList, isProperCase: boolean): void {
  if (!isProperCase && headers.cases === null) return writeRuns(writer, headers, 0, 0);
  for (let entry = 0; entry < headers.count; entry++) {
    if (headers.isLive(entry)) writeLine(writer, headers, entry * ENTRY_SIZE, isProperCase);
  }
}

/** Writes one of {@link Line}, its name spelled as the names of `headers` are. */
export function writeOwnLine(writer: ByteWriter, line: Uint8Array, headers: HeaderList, isProperCase: boolean): void {
  if (!isProperCase && headers.cases === null) return writer.writeBytes(line);
  const colon = line.indexOf(COLON);
  writeName(writer, line, 0, colon, headers.cases, isProperCase);
  writer.writeRange(line, colon, line.length);
}

/** Copies runs of finished lines; `received[runStart, runEnd)` is copied too, with the lines that follow it. */
function writeRuns(writer: ByteWriter, headers: HeaderList, runStart: number, runEnd: number): void {
  const table = headers.table, received = headers.bytes, added = headers.added.bytes;
  let source = received;
  for (let at = 0, tableEnd = headers.count * ENTRY_SIZE; at < tableEnd; at += ENTRY_SIZE) {
    const meta = table[at + 4]!;
    if (meta & IS_REMOVED) continue;
    const start = table[at]!;
    if (meta & IS_CANONICAL) {
      const bytes = meta & IN_ADDED ? added : received;
      if (start !== runEnd || bytes !== source) {
        if (runEnd > runStart) writer.writeRange(source, runStart, runEnd);
        source = bytes;
        runStart = start;
      }
      runEnd = table[at + 3]! + 2;
    } else {
      if (runEnd > runStart) writer.writeRange(source, runStart, runEnd);
      runStart = runEnd = 0;
      writeLine(writer, headers, at, false);
    }
  }
  if (runEnd > runStart) writer.writeRange(source, runStart, runEnd);
}

function writeLine(writer: ByteWriter, headers: HeaderList, at: number, isProperCase: boolean): void {
  const table = headers.table;
  const source = table[at + 4]! & IN_ADDED ? headers.added.bytes : headers.bytes;
  writeName(writer, source, table[at]!, table[at + 1]!, headers.cases, isProperCase);
  const colon = writer.reserve(2);
  writer.bytes[colon] = COLON;
  writer.bytes[colon + 1] = SPACE;
  writer.length = colon + 2;
  writer.writeRange(source, table[at + 2]!, table[at + 3]!);
  writeLineEnd(writer);
}

function writeName(
  writer: ByteWriter,
  source: Uint8Array,
  start: number,
  end: number,
  cases: NameSpellings | null,
  isProperCase: boolean,
): void {
  if (cases !== null && cases.write(writer, source, start, end)) return;
  const nameStart = writer.length;
  writer.writeRange(source, start, end);
  if (cases === null ? isProperCase : cases.isProperElse) capitalise(writer.bytes, nameStart, writer.length);
}

/** Writes CRLF: the end of a line, or of the head. */
export function writeLineEnd(writer: ByteWriter): void {
  const at = writer.reserve(2);
  writer.bytes[at] = CR;
  writer.bytes[at + 1] = LF;
  writer.length = at + 2;
}

function capitalise(bytes: Uint8Array, start: number, end: number): void {
  let isWordStart = true;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isWordStart && TO_LOWER[byte & ~32] === byte && byte >= 97) bytes[at] = byte & ~32;
    isWordStart = IS_ALPHANUMERIC[byte] === 0;
  }
}

function writeRequestLine(writer: ByteWriter, head: RequestHead, isFullyQualified: boolean): void {
  if (head.methodId === CUSTOM_METHOD) {
    writer.writeRange(head.headers.bytes, head.methodStart, head.methodEnd);
    writer.writeByte(SPACE);
  } else {
    writer.writeBytes(METHOD_BYTES[head.methodId]!);
  }
  const isConnect = head.methodId === Method.connect;
  if (isFullyQualified && !isConnect) writer.writeLatin1(`${head.scheme === "" ? "http" : head.scheme}://`);
  if (isFullyQualified || isConnect) writeHost(writer, head.headers);
  if (!isConnect) writer.writeRange(head.pathBytes, head.pathStart, head.pathEnd);
  writer.writeBytes(VERSION_LINE_END);
}

function writeHost(writer: ByteWriter, headers: HeaderList): void {
  const host = headers.find(HeaderId.host);
  if (host >= 0) writer.writeRange(headers.bytesOf(host), headers.valueStart(host), headers.valueEnd(host));
}
