/** Points in time: when the stream began, now, and how long certificates are good (spec/http.md 8.2). */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { StartTime } from "../access_log/start_time.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { Operator, type OperatorFactory, type OperatorTable } from "./operator.ts";
import { TimeFormat } from "./time_format.ts";

/** Writes a time in milliseconds since 1970; NaN = there is none. */
class TimeOperator extends Operator {
  readonly #read: (view: StreamView) => number;
  readonly #format: TimeFormat | StartTime;

  constructor(read: (view: StreamView) => number, format: TimeFormat | StartTime) {
    super();
    this.#read = read;
    this.#format = format;
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    const wallMs = this.#read(view);
    if (Number.isNaN(wallMs)) return false;
    this.#format.write(writer, wallMs);
    return true;
  }
}

type ReadTime = (view: StreamView, context: FormatContext) => number;

function time(read: ReadTime, isLocal = false): OperatorFactory {
  return ({ args }, context) => {
    const [format = ""] = args;
    const isDefault = format === "" && !isLocal;
    return new TimeOperator(
      (view) => read(view, context),
      isDefault ? new StartTime() : new TimeFormat(format, isLocal),
    );
  };
}

const start: ReadTime = ({ facts }) => facts.startWallMs;
const now: ReadTime = (_view, { clock }) => clock.wallMs();

/** Moments, as dates. */
export const TIME_OPERATORS: OperatorTable = {
  START_TIME: time(start),
  START_TIME_LOCAL: time(start, true),
  EMIT_TIME: time(now),
  EMIT_TIME_LOCAL: time(now, true),
  DOWNSTREAM_PEER_CERT_V_START: time(({ connection }) => connection.tls?.peer?.validFromMs ?? NaN),
  DOWNSTREAM_PEER_CERT_V_END: time(({ connection }) => connection.tls?.peer?.validToMs ?? NaN),
  UPSTREAM_PEER_CERT_V_START: time(({ facts }) => facts.upstreamConnection?.tls?.peer?.validFromMs ?? NaN),
  UPSTREAM_PEER_CERT_V_END: time(({ facts }) => facts.upstreamConnection?.tls?.peer?.validToMs ?? NaN),
};
