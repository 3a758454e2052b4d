/** Where configuration comes from, as the console's Control plane page has it (spec/console.md 5.9). */
import type { SourceEvent, SourceRecord } from "../control/xds/source_book.ts";
import type { ConfigSourceView } from "./config_source.ts";
import { typeOf } from "./config_browser.ts";
import type { Overview } from "./contract/overview.ts";
import type { XdsEvent, XdsItem, XdsView } from "./contract/xds.ts";

/** Resources that are named of an update that was refused. */
const MAX_REFUSED_NAMES = 20;

/** What looks at sources by the hundred. */
const TRANSPORTS: Readonly<Record<SourceRecord["transport"], XdsItem["transport"]>> = { path: "file" };

/** One subscription. */
export function xdsItem(record: SourceRecord): XdsItem {
  const { nack } = record;
  return {
    id: record.id,
    source: record.source,
    transport: TRANSPORTS[record.transport],
    type: typeOf(record.messageName),
    names: [...record.names],
    since_ms: record.sinceMs,
    last_ms: record.lastMs,
    accepted_ms: record.acceptedMs,
    version: record.version,
    resources: record.resources,
    bytes: record.bytes,
    counts: {
      accepted: record.accepted,
      rejected: record.rejected,
      failed: record.failed,
      timeouts: record.timeouts,
    },
    nack: nack === null ? null : {
      version: nack.version,
      error: nack.error,
      resources: nack.resources.slice(0, MAX_REFUSED_NAMES),
      at_ms: nack.atMs,
      since_ms: nack.sinceMs,
    },
    last_error: record.lastError,
  };
}

/** One message. */
export function xdsEvent({ id, atMs, messageName, ...event }: SourceEvent): XdsEvent {
  return { id, at_ms: atMs, type: typeOf(messageName), ...event };
}

/** Those that match, refused ones first; at most `limit` are told. `text`: of a source or a name. */
export function xdsView(config: ConfigSourceView, limit: number, text = ""): XdsView {
  const isWanted = ({ source, names }: SourceRecord) =>
    text === "" || source.includes(text) || names.some((name) => name.includes(text));
  const refused: SourceRecord[] = [], failing: SourceRecord[] = [], well: SourceRecord[] = [];
  for (const record of config.sources?.records ?? []) {
    if (isWanted(record)) (record.nack !== null ? refused : record.lastError !== "" ? failing : well).push(record);
  }
  return {
    as_of_ms: Date.now(),
    revision: config.revision,
    bootstrap: { path: config.bootstrapPath, loaded_ms: config.bootstrapLoadedMs },
    total: refused.length + failing.length + well.length,
    items: [...refused, ...failing, ...well].slice(0, limit).map(xdsItem),
  };
}

/** Null: there is no source. */
export function xdsFigures({ sources }: ConfigSourceView): Overview["xds"] {
  if (sources === null || sources.records.size === 0) return null;
  let connected = 0;
  for (const { lastError } of sources.records) if (lastError === "") connected++;
  return {
    streams: sources.records.size,
    connected,
    nacks: sources.nacked.size,
    last_update_ms: sources.lastUpdateMs,
  };
}

/** Sources whose last update was refused, for the health rule. */
export function refusedUpdates({ sources }: ConfigSourceView): RefusedUpdate[] {
  return Array.from(sources?.nacked ?? [], ({ messageName, source, nack }) => {
    const { error, sinceMs } = nack!;
    return { type: typeOf(messageName), source, error, sinceMs };
  });
}

/** An update that was refused, and nothing was taken after it. */
export interface RefusedUpdate {
  readonly type: XdsItem["type"];
  readonly source: string;
  readonly error: string;
  /** Wall clock. */
  readonly sinceMs: number;
}
