/** Streams to be formatted and logged, made of plain values, and what formats need beside them. */
import { ManualClock } from "../../src/base/clock.ts";
import { Random, RandomBytes } from "../../src/base/random.ts";
import { RuntimeValues } from "../../src/match/runtime_values.ts";
import type { AccessLogServices, AccessLogSinkSource } from "../../src/observe/access_log/logger.ts";
import { ConnectionFacts, SILENT_LISTENER } from "../../src/observe/connection_facts.ts";
import { NO_NODE } from "../../src/config/snapshot.ts";
import type { FilterStateObject } from "../../src/observe/filter_state.ts";
import type { FormatContext } from "../../src/observe/format/format_context.ts";
import { StreamFacts } from "../../src/observe/stream_facts.ts";
import type { HostFacts } from "../../src/observe/upstream_facts.ts";
import { OwnStreamView } from "../../src/observe/stream_view.ts";

/** 2026-05-04T03:02:01.007Z, when the streams of {@link streamView} began. */
export const STREAM_START_WALL_MS: number = Date.UTC(2026, 4, 4, 3, 2, 1, 7);
/** The same on the monotonic clock. */
export const STREAM_START_MS = 1000.75;

/** A view of a stream that has begun and nothing else, changed by what is given. */
export function streamView(
  changes: Partial<Omit<OwnStreamView, "facts">> & { facts?: StreamFacts } = {},
): OwnStreamView {
  const { facts = beganFacts(), connection = connectionFacts(), ...rest } = changes;
  return Object.assign(new OwnStreamView(facts, connection), rest);
}

/** A host without a name, changed by what is given. */
export function hostFacts(addressText: string, changes: Partial<HostFacts> = {}): HostFacts {
  const locality = { region: "", zone: "", subZone: "", metadata: {} };
  return { addressText, hostname: "", metadata: {}, locality, ...changes };
}

/** Facts of a stream that has begun. */
export function beganFacts(changes: Partial<StreamFacts> = {}): StreamFacts {
  const facts = new StreamFacts();
  facts.reset(STREAM_START_MS, STREAM_START_WALL_MS);
  return Object.assign(facts, changes);
}

/** A connection from 10.1.2.3:4567 to 127.0.0.1:10000. */
export function connectionFacts(changes: Partial<ConnectionFacts> = {}): ConnectionFacts {
  const peer = { kind: "ip", host: "10.1.2.3", port: 4567 } as const;
  const local = { kind: "ip", host: "127.0.0.1", port: 10000 } as const;
  const facts = new ConnectionFacts(7, peer, local, SILENT_LISTENER, 990, STREAM_START_WALL_MS - 10.75);
  return Object.assign(facts, changes);
}

/** The environment has `NAME=value` and nothing else; the clock stands 12 ms after the streams' start. */
export function formatContext(changes: Partial<FormatContext> = {}): FormatContext {
  const clock = new ManualClock(STREAM_START_WALL_MS - STREAM_START_MS);
  clock.advance(STREAM_START_MS + 12);
  return {
    clock,
    hostname: "proxy-1",
    node: NO_NODE,
    env: (name) => name === "NAME" ? "value" : undefined,
    idBytes: new RandomBytes(),
    ...changes,
  };
}

/** An object of the filter state with these forms. */
export function stateObject(forms: Partial<FilterStateObject>): FilterStateObject {
  return { text: null, json: undefined, field: () => null, ...forms };
}

/** What access loggers need, with these sinks. */
export function accessLogServices(
  sinks: AccessLogSinkSource,
  runtime: RuntimeValues = new RuntimeValues(),
): AccessLogServices {
  const formats = formatContext();
  return { sinks, formats, filters: { runtime, random: new Random(7), clock: formats.clock, node: NO_NODE } };
}
