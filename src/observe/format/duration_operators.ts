/**
 * How long things took, in whole milliseconds cut off, and between any two points of a stream (spec/http.md 8.2). What has
 * not happened has no duration; that of the stream itself goes on until it ends.
 *
 * Differs from Envoy: in the line of a connection `DS_CX_END` is known; there it is noted after that line was written.
 */
import type { FormatCommand } from "../../config/format/format_config.ts";
import { durationMs } from "../stream_duration.ts";
import type { StreamView } from "../stream_view.ts";
import type { FormatContext } from "./format_context.ts";
import { number, type OperatorFactory, type OperatorTable } from "./operator.ts";

/** Monotonic milliseconds, or less than 0: not yet. */
type Point = (view: StreamView) => number;

const POINTS: Readonly<Record<string, Point>> = {
  DS_CX_BEG: ({ connection }) => connection.startMs,
  DS_CX_END: ({ connection }) => connection.endMs,
  DS_RX_BEG: ({ facts }) => facts.startMs,
  DS_RX_END: ({ facts }) => facts.requestEndMs,
  US_CX_BEG: ({ facts }) => facts.upstreamConnection?.connectStartMs ?? -1,
  US_CX_END: ({ facts }) => facts.upstreamConnection?.connectEndMs ?? -1,
  US_HS_END: ({ facts }) => facts.upstreamConnection?.handshakeEndMs ?? -1,
  US_TX_BEG: ({ facts }) => facts.upstreamRequestStartMs,
  US_TX_END: ({ facts }) => facts.upstreamRequestEndMs,
  US_RX_BEG: ({ facts }) => facts.upstreamResponseStartMs,
  US_RX_BODY_BEG: ({ facts }) => facts.upstreamBodyStartMs,
  US_RX_END: ({ facts }) => facts.upstreamResponseEndMs,
  DS_TX_BEG: ({ facts }) => facts.responseStartMs,
  DS_TX_END: ({ facts }) => facts.responseEndMs,
};

/** A point that nobody sets. */
const NEVER: Point = () => -1;

const UNITS_IN_MS: Readonly<Record<string, number>> = { ms: 1, us: 1000, ns: 1_000_000 };

function between(start: Point, end: Point, unitsInMs: number): OperatorFactory {
  return number((view) => {
    const startMs = start(view), endMs = end(view);
    return startMs < 0 || endMs < startMs ? -1 : Math.floor((endMs - startMs) * unitsInMs);
  });
}

function pointOf(name: string | undefined): Point {
  return name !== undefined && Object.hasOwn(POINTS, name) ? POINTS[name]! : NEVER;
}

function fromStart(end: Point): OperatorFactory {
  return between(POINTS["DS_RX_BEG"]!, end, 1);
}

const duration: OperatorFactory = (command: FormatCommand, context: FormatContext) =>
  number(({ facts }) => durationMs(facts, context.clock))(command, context);

/** Spans between two moments of a stream. */
export const DURATION_OPERATORS: OperatorTable = {
  DURATION: duration,
  REQUEST_DURATION: fromStart(POINTS["DS_RX_END"]!),
  REQUEST_TX_DURATION: fromStart(POINTS["US_TX_END"]!),
  RESPONSE_DURATION: fromStart(POINTS["US_RX_BEG"]!),
  RESPONSE_TX_DURATION: between(POINTS["US_RX_BEG"]!, POINTS["DS_TX_END"]!, 1),
  // Acknowledgements are seen with QUIC only.
  ROUNDTRIP_DURATION: number(() => -1),
  DOWNSTREAM_CX_RTT: number(() => 0),
  DOWNSTREAM_HANDSHAKE_DURATION: between(POINTS["DS_CX_BEG"]!, ({ connection }) => connection.handshakeEndMs, 1),
  UPSTREAM_CONNECTION_POOL_READY_DURATION: number(({ facts }) => Math.floor(facts.poolWaitMs)),
  COMMON_DURATION: (command, context) => {
    const [start, end, precision = "ms"] = command.args;
    return between(pointOf(start), pointOf(end), UNITS_IN_MS[precision]!)(command, context);
  },
};
