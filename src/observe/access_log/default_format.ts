/**
 * Envoy's default access log line (spec/http.md 8.1, 8.4):
 *
 * ```
 * [%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS%
 * %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%"
 * "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"
 * ```
 *
 * on one line, with `-` for what is not there. It is written front to back into the sink's memory: header values are
 * copied from where they lie, and no string is made.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { Clock } from "../../base/clock.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { HttpVersion, RequestHead } from "../../http/request_head.ts";
import type { ResponseFlag } from "../response_flags.ts";
import { durationMs } from "../stream_duration.ts";
import type { StreamView } from "../stream_view.ts";
import { writeQuoted } from "./quoted_text.ts";
import type { StartTime } from "./start_time.ts";

const OPEN_BRACKET = 91, SPACE = 32, COMMA = 44, DASH = 45, QUOTE = 34, LINE_FEED = 10;
const AFTER_TIME = latin1Bytes(`] "`);
const BETWEEN_QUOTED = latin1Bytes(`" "`);
const BEFORE_QUOTED = latin1Bytes(` "`);

const NO_TARGET = latin1Bytes("- -");
const NO_FIELDS = latin1Bytes(`-" "-" "-" "-`);

/** ` PROTOCOL" `, by version; 0 = unknown. */
const PROTOCOLS: Readonly<Record<HttpVersion | 0, Uint8Array>> = {
  0: latin1Bytes(` -" `),
  9: latin1Bytes(` HTTP/0.9" `),
  10: latin1Bytes(` HTTP/1.0" `),
  11: latin1Bytes(` HTTP/1.1" `),
  20: latin1Bytes(` HTTP/2" `),
};

/**
 * Writes the line of a stream. Of a request whose head never became whole nothing is shown, as in Envoy.
 */
export function writeDefaultLine(
  writer: ByteWriter,
  startTime: StartTime,
  clock: Clock,
  { facts, request, response }: StreamView,
): void {
  writer.writeByte(OPEN_BRACKET);
  startTime.write(writer, facts.startWallMs);
  writer.writeBytes(AFTER_TIME);
  if (request === null) writer.writeBytes(NO_TARGET);
  else writeTarget(writer, request);
  writer.writeBytes(PROTOCOLS[facts.protocol]);
  writer.writeDecimal(facts.responseCode);
  writer.writeByte(SPACE);
  writeFlags(writer, facts.flags);
  writer.writeByte(SPACE);
  writer.writeDecimal(facts.bytesReceived);
  writer.writeByte(SPACE);
  writer.writeDecimal(facts.bytesSent);
  writer.writeByte(SPACE);
  writer.writeDecimal(durationMs(facts, clock));
  writer.writeByte(SPACE);
  if (response === null) writer.writeByte(DASH);
  else writeHeader(writer, response.headers, HeaderId.xEnvoyUpstreamServiceTime);
  writer.writeBytes(BEFORE_QUOTED);
  if (request === null) writer.writeBytes(NO_FIELDS);
  else writeFields(writer, request.headers);
  writer.writeBytes(BETWEEN_QUOTED);
  if (facts.upstreamHost === "") writer.writeByte(DASH);
  else writer.writeLatin1(facts.upstreamHost);
  writer.writeByte(QUOTE);
  writer.writeByte(LINE_FEED);
}

/** Method and path: `%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%`. */
function writeTarget(writer: ByteWriter, request: RequestHead): void {
  writeTextOrDash(writer, request.methodBytes, request.methodStart, request.methodEnd);
  writer.writeByte(SPACE);
  if (request.headers.has(HeaderId.xEnvoyOriginalPath)) {
    writeHeader(writer, request.headers, HeaderId.xEnvoyOriginalPath);
  } else {
    writeTextOrDash(writer, request.pathBytes, request.pathStart, request.pathEnd);
  }
}

/** The four quoted request headers, without the outer quotes. */
function writeFields(writer: ByteWriter, headers: HeaderList): void {
  writeHeader(writer, headers, HeaderId.xForwardedFor);
  writer.writeBytes(BETWEEN_QUOTED);
  writeHeader(writer, headers, HeaderId.userAgent);
  writer.writeBytes(BETWEEN_QUOTED);
  writeHeader(writer, headers, HeaderId.xRequestId);
  writer.writeBytes(BETWEEN_QUOTED);
  writeHeader(writer, headers, HeaderId.host);
}

/** The first field of this number; one that is there and empty writes nothing, as in Envoy. */
function writeHeader(writer: ByteWriter, headers: HeaderList, id: number): void {
  const entry = headers.find(id);
  if (entry < 0) writer.writeByte(DASH);
  else writeQuoted(writer, headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry));
}

function writeTextOrDash(writer: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  if (start === end) writer.writeByte(DASH);
  else writeQuoted(writer, bytes, start, end);
}

function writeFlags(writer: ByteWriter, flags: readonly ResponseFlag[] | null): void {
  if (flags === null) return writer.writeByte(DASH);
  for (let i = 0; i < flags.length; i++) {
    if (i > 0) writer.writeByte(COMMA);
    writer.writeLatin1(flags[i]!);
  }
}
