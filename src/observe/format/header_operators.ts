/**
 * Values of fields: `%REQ(X?Y)%`, `%RESP(X?Y)%`, `%TRAILER(X?Y)%` (spec/http.md 8.2). The first line of X, else of Y, is
 * copied from where it lies; a field that is there and empty is an empty value. What Envoy has as pseudo header fields
 * goes by those names.
 */
import { latin1Bytes, rangeEquals } from "../../base/ascii.ts";
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { FormatCommand } from "../../config/format/format_config.ts";
import { ENTRY_SIZE, type HeaderList, IS_REMOVED } from "../../http/header_list.ts";
import { headerIdOfName, OTHER_HEADER } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { StreamFacts } from "../stream_facts.ts";
import { shownScheme } from "../shown_scheme.ts";
import type { StreamView } from "../stream_view.ts";
import { Operator, type OperatorTable } from "./operator.ts";

const QUESTION_MARK = 63;
const ID_BITS = 0xff;

/** A field's name, ready to be looked for. */
class FieldName {
  readonly text: string;
  readonly #id: number;
  readonly #bytes: Uint8Array;

  constructor(text: string) {
    this.text = text;
    this.#id = headerIdOfName(text);
    this.#bytes = latin1Bytes(text);
  }

  /** The first entry of this name, or -1. */
  find(headers: HeaderList): number {
    if (this.#id !== OTHER_HEADER) return headers.find(this.#id);
    if (this.text === "") return -1;
    const { table, count } = headers;
    for (let entry = 0, at = 0; entry < count; entry++, at += ENTRY_SIZE) {
      if ((table[at + 4]! & (ID_BITS | IS_REMOVED)) !== OTHER_HEADER) continue;
      if (rangeEquals(headers.bytesOf(entry), table[at]!, table[at + 1]!, this.#bytes)) return entry;
    }
    return -1;
  }
}

/** Writes the value of one name; false = it is not there. */
type FieldWriter<Source> = (writer: ByteWriter, source: Source, facts: StreamFacts) => boolean;

/** Copies a field's value. */
function copyField(writer: ByteWriter, headers: HeaderList, entry: number): boolean {
  if (entry < 0) return false;
  writer.writeRange(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry));
  return true;
}

function ofFields(name: FieldName): FieldWriter<HeaderList> {
  return (writer, headers) => copyField(writer, headers, name.find(headers));
}

function ofRequest(name: FieldName): FieldWriter<RequestHead> {
  switch (name.text) {
    case ":method":
      return (writer, head) => copyPart(writer, head.methodBytes, head.methodStart, head.methodEnd);
    case ":path":
      return (writer, head) => copyPart(writer, head.pathBytes, head.pathStart, head.pathEnd);
    case ":scheme":
      return (writer, head, facts) => {
        const scheme = shownScheme(head, facts);
        if (scheme === null) return false;
        writer.writeLatin1(scheme);
        return true;
      };
    default:
      return (writer, head) => copyField(writer, head.headers, name.find(head.headers));
  }
}

function ofResponse(name: FieldName): FieldWriter<ResponseHead> {
  if (name.text === ":status") {
    return (writer, head) => {
      writer.writeDecimal(head.status);
      return true;
    };
  }
  return (writer, head) => copyField(writer, head.headers, name.find(head.headers));
}

/** A part of the start line; one that is empty is not there. */
function copyPart(writer: ByteWriter, bytes: Uint8Array, start: number, end: number): boolean {
  writer.writeRange(bytes, start, end);
  return end > start;
}

/** X, else Y, of one part of a stream. */
class FieldOperator<Source> extends Operator {
  override readonly isForeign = true;
  readonly #source: (view: StreamView) => Source | null;
  readonly #main: FieldWriter<Source>;
  readonly #alternative: FieldWriter<Source> | null;

  constructor(
    source: (view: StreamView) => Source | null,
    fieldOf: (name: FieldName) => FieldWriter<Source>,
    [main = "", alternative = ""]: readonly string[],
  ) {
    super();
    this.#source = source;
    this.#main = fieldOf(new FieldName(main));
    this.#alternative = alternative === "" ? null : fieldOf(new FieldName(alternative));
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const source = this.#source(view);
    if (source === null) return false;
    const { facts } = view;
    if (this.#main(writer, source, facts)) return true;
    return this.#alternative !== null && this.#alternative(writer, source, facts);
  }
}

/** What comes before the first `?` of what another operator writes. */
class WithoutQueryOperator extends Operator {
  override readonly isForeign = true;
  readonly #inner: Operator;

  constructor(inner: Operator) {
    super();
    this.#inner = inner;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const start = writer.length;
    if (!this.#inner.write(writer, view)) return false;
    const { bytes, length } = writer;
    for (let at = start; at < length; at++) {
      if (bytes[at] !== QUESTION_MARK) continue;
      writer.length = at;
      break;
    }
    return true;
  }
}

const requestField = ({ args }: FormatCommand) => new FieldOperator((view) => view.request, ofRequest, args);

/** Fields of heads and trailers. */
export const HEADER_OPERATORS: OperatorTable = {
  REQ: requestField,
  REQ_WITHOUT_QUERY: (command) => new WithoutQueryOperator(requestField(command)),
  RESP: ({ args }) => new FieldOperator((view) => view.response, ofResponse, args),
  TRAILER: ({ args }) => new FieldOperator((view) => view.responseTrailers, ofFields, args),
};
