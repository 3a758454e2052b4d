/** Names and numbers of a stream, of its trace and of this process (spec/http.md 8.2). */
import type { ByteWriter } from "../../base/byte_writer.ts";
import type { RandomBytes } from "../../base/random.ts";
import { HeaderId } from "../../http/header_names.ts";
import { writeRequestId } from "../../http/request_id.ts";
import type { AccessLogType } from "../access_log_type.ts";
import type { StreamView } from "../stream_view.ts";
import { constant, Operator, type OperatorTable, text } from "./operator.ts";

/** Lines of single tries, which have no id of their own. */
const IS_TRY: ReadonlySet<AccessLogType> = new Set<AccessLogType>([
  "UpstreamPoolReady",
  "UpstreamPeriodic",
  "UpstreamEnd",
]);

/** The request's own id, which may be anything if the client chose it. */
class StreamIdOperator extends Operator {
  override readonly isForeign = true;

  override write(writer: ByteWriter, { request, accessLogType }: StreamView): boolean {
    const entry = request === null || IS_TRY.has(accessLogType) ? -1 : request.headers.find(HeaderId.xRequestId);
    if (entry < 0) return false;
    const { headers } = request!;
    writer.writeRange(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry));
    return true;
  }
}

/** Another one each time. */
class UniqueIdOperator extends Operator {
  readonly #random: RandomBytes;

  constructor(random: RandomBytes) {
    super();
    this.#random = random;
  }

  override write(writer: ByteWriter): boolean {
    writeRequestId(writer, this.#random);
    return true;
  }
}

/** What is there when it is empty, too: outside of a local reply it always is. */
class LocalReplyBodyOperator extends Operator {
  override readonly isForeign = true;

  override write(writer: ByteWriter, { localReplyBody }: StreamView): boolean {
    if (localReplyBody !== null) writer.writeBytes(localReplyBody);
    return true;
  }
}

/** What tells this process, this stream and this line from others. */
export const IDENTITY_OPERATORS: OperatorTable = {
  STREAM_ID: () => new StreamIdOperator(),
  UNIQUE_ID: (_command, { idBytes }) => new UniqueIdOperator(idBytes),
  TRACE_ID: text(({ facts }) => facts.traceId),
  SPAN_ID: text(({ facts }) => facts.spanId),
  LOCAL_REPLY_BODY: () => new LocalReplyBodyOperator(),
  ACCESS_LOG_TYPE: text(({ accessLogType }) => accessLogType),
  // The dash is a value here: it stays where empty values are left out.
  ENVIRONMENT: constant(({ args }, { env }) => env(args[0]!) ?? "-"),
  HOSTNAME: (command, context) =>
    context.hostname === "" ? text(() => "")(command, context) : constant(() => context.hostname)(command, context),
};
