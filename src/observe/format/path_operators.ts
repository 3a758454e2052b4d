/**
 * The path and its query: `%PATH(X:Y)%`, `%QUERY_PARAMS(X)%`, `%QUERY_PARAM(X)%`, and the host where no server name was
 * sent: `%REQUESTED_SERVER_NAME(X:Y)%` (spec/http.md 8.2).
 */
import { byteClass, latin1Bytes, rangeEquals } from "../../base/ascii.ts";
import type { ByteWriter } from "../../base/byte_writer.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { StreamView } from "../stream_view.ts";
import { Operator, type OperatorTable } from "./operator.ts";

const QUESTION_MARK = 63, AMPERSAND = 38, EQUALS = 61, PERCENT = 37, UNDERSCORE = 95;

const HEX_VALUES = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX_VALUES[digit.toString(16).charCodeAt(0)] = HEX_VALUES[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Bytes that a decoded query shows as themselves; others stay escaped. */
const IS_SHOWN = new Uint8Array(256).fill(1, 33, 127);
for (const byte of latin1Bytes('"<>\\^{|}')) IS_SHOWN[byte] = 0;

/** What may stand in a server name; others are written as `_`. */
const IS_HOSTNAME = byteClass("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

/** A stretch of a request's path. */
class PathRange {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  /** The path; false = there is none. */
  takePath(head: RequestHead): boolean {
    this.bytes = head.pathBytes;
    this.start = head.pathStart;
    this.end = head.pathEnd;
    return this.end > this.start;
  }

  /** The path as it was before it was rewritten; false = it was not. */
  takeOriginalPath({ headers }: RequestHead): boolean {
    const entry = headers.find(HeaderId.xEnvoyOriginalPath);
    if (entry < 0) return false;
    this.bytes = headers.bytesOf(entry);
    this.start = headers.valueStart(entry);
    this.end = headers.valueEnd(entry);
    return true;
  }

  /** Where its `?` is, or -1. */
  get questionMark(): number {
    for (let at = this.start; at < this.end; at++) if (this.bytes[at] === QUESTION_MARK) return at;
    return -1;
  }
}

class PathOperator extends Operator {
  override readonly isForeign = true;
  readonly #keepsQuery: boolean;
  readonly #mayBeOriginal: boolean;
  readonly #mayBeFinal: boolean;
  readonly #range = new PathRange();

  constructor([form, source]: readonly string[]) {
    super();
    this.#keepsQuery = form === "WQ";
    this.#mayBeOriginal = source !== "PATH";
    this.#mayBeFinal = source !== "ORIG";
  }

  override write(writer: ByteWriter, { request }: StreamView): boolean {
    const range = this.#range;
    if (request === null) return false;
    const isFound = this.#mayBeOriginal && range.takeOriginalPath(request) ||
      this.#mayBeFinal && range.takePath(request);
    if (!isFound) return false;
    const query = this.#keepsQuery ? -1 : range.questionMark;
    writer.writeRange(range.bytes, range.start, query < 0 ? range.end : query);
    return true;
  }
}

/** The whole query. A path that ends in `?` has an empty one. */
class QueryOperator extends Operator {
  override readonly isForeign = true;
  readonly #isDecoded: boolean;
  readonly #range = new PathRange();

  constructor([form]: readonly string[]) {
    super();
    this.#isDecoded = form === "DECODED";
  }

  override write(writer: ByteWriter, { request }: StreamView): boolean {
    const range = this.#range;
    if (request === null || !range.takePath(request)) return false;
    const query = range.questionMark;
    if (query < 0) return false;
    if (this.#isDecoded) writeShown(writer, range.bytes, query + 1, range.end);
    else writer.writeRange(range.bytes, query + 1, range.end);
    return true;
  }
}

/** The first parameter of a name, both compared and written decoded. */
class QueryParameterOperator extends Operator {
  override readonly isForeign = true;
  readonly #name: Uint8Array;
  readonly #range = new PathRange();

  constructor([name = ""]: readonly string[]) {
    super();
    this.#name = new TextEncoder().encode(name);
  }

  override write(writer: ByteWriter, { request }: StreamView): boolean {
    const range = this.#range;
    if (request === null || !range.takePath(request)) return false;
    const query = range.questionMark;
    if (query < 0) return false;
    const { bytes, end } = range;
    for (let at = query + 1; at < end;) {
      let nameEnd = at;
      while (nameEnd < end && bytes[nameEnd] !== EQUALS && bytes[nameEnd] !== AMPERSAND) nameEnd++;
      let valueEnd = nameEnd;
      while (valueEnd < end && bytes[valueEnd] !== AMPERSAND) valueEnd++;
      if (this.#isName(writer, bytes, at, nameEnd)) {
        writeDecoded(writer, bytes, Math.min(nameEnd + 1, valueEnd), valueEnd);
        return true;
      }
      at = valueEnd + 1;
    }
    return false;
  }

  #isName(writer: ByteWriter, bytes: Uint8Array, start: number, end: number): boolean {
    if (!bytes.subarray(start, end).includes(PERCENT)) return rangeEquals(bytes, start, end, this.#name);
    // Decoded into the writer's free memory, and forgotten.
    const before = writer.length;
    writeDecoded(writer, bytes, start, end);
    const isSame = rangeEquals(writer.bytes, before, writer.length, this.#name);
    writer.length = before;
    return isSame;
  }
}

/** Each `%XX` as its byte; a percent sign that begins none stays. */
function writeDecoded(writer: ByteWriter, source: Uint8Array, start: number, end: number): void {
  let at = writer.reserve(end - start);
  const bytes = writer.bytes;
  for (let i = start; i < end; i++) {
    const byte = source[i]!;
    const value = byte === PERCENT && i + 2 < end ? hexByte(source, i + 1) : -1;
    bytes[at++] = value < 0 ? byte : value;
    if (value >= 0) i += 2;
  }
  writer.length = at;
}

/** Each `%XX` whose byte is harmless as that byte; a percent sign with two other bytes behind it is left out, as in Envoy. */
function writeShown(writer: ByteWriter, source: Uint8Array, start: number, end: number): void {
  let at = writer.reserve(end - start);
  const bytes = writer.bytes;
  for (let i = start; i < end; i++) {
    const byte = source[i]!;
    if (byte !== PERCENT || i + 2 >= end) {
      bytes[at++] = byte;
      continue;
    }
    const value = hexByte(source, i + 1);
    if (value < 0) continue;
    if (IS_SHOWN[value] === 1) {
      bytes[at++] = value;
    } else {
      bytes[at++] = byte;
      bytes[at++] = source[i + 1]!;
      bytes[at++] = source[i + 2]!;
    }
    i += 2;
  }
  writer.length = at;
}

/** The byte that two hexadecimal digits say, or -1. */
function hexByte(bytes: Uint8Array, at: number): number {
  const high = HEX_VALUES[bytes[at]!]!, low = HEX_VALUES[bytes[at + 1]!]!;
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/** SNI, or the host of the request. */
class ServerNameOperator extends Operator {
  override readonly isForeign = true;
  readonly #isHostFirst: boolean;
  readonly #hostIds: readonly number[];

  constructor([source, host]: readonly string[]) {
    super();
    this.#isHostFirst = source === "HOST_FIRST";
    if (source === "SNI_ONLY") this.#hostIds = [];
    else if (host === "HOST") this.#hostIds = [HeaderId.host];
    else if (host === "ORIG") this.#hostIds = [HeaderId.xEnvoyOriginalHost];
    else this.#hostIds = [HeaderId.xEnvoyOriginalHost, HeaderId.host];
  }

  override write(writer: ByteWriter, { connection, request }: StreamView): boolean {
    const name = connection.requestedServerName;
    if (this.#isHostFirst) return this.#writeHost(writer, request) || writeServerName(writer, name);
    return writeServerName(writer, name) || this.#writeHost(writer, request);
  }

  #writeHost(writer: ByteWriter, request: RequestHead | null): boolean {
    if (request === null) return false;
    const { headers } = request;
    for (const id of this.#hostIds) {
      const entry = headers.find(id);
      if (entry < 0) continue;
      writer.writeRange(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry));
      return true;
    }
    return false;
  }
}

function writeServerName(writer: ByteWriter, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    writer.writeByte(IS_HOSTNAME[unit] === 1 ? unit : UNDERSCORE);
  }
  return name !== "";
}

/** The path and its parts. */
export const PATH_OPERATORS: OperatorTable = {
  PATH: ({ args }) => new PathOperator(args),
  QUERY_PARAMS: ({ args }) => new QueryOperator(args),
  QUERY_PARAM: ({ args }) => new QueryParameterOperator(args),
  REQUESTED_SERVER_NAME: ({ args }) => new ServerNameOperator(args),
};
