/**
 * Every subscription there is, with what came of it, and the last messages of all of them (spec/console.md 5.9): what the
 * console's Control plane shows. The transports need not know of it (recorded_subscription.ts).
 */
import { type ConfigSource, sourceText } from "../../config/config_source.ts";

/** One subscription. */
export interface SourceRecord {
  readonly id: number;
  /** In words: `file /etc/envoy/cds.yaml`. */
  readonly source: string;
  readonly transport: ConfigSource["kind"];
  /** Full name of what it brings. */
  readonly messageName: string;
  /** Empty = all there are. */
  names: readonly string[];
  /** Wall clock, as all that follow. */
  readonly sinceMs: number;
  /** Of the last update that was taken whole; null = none was. */
  acceptedMs: number | null;
  version: string;
  /** Resources of the last update that could be read. */
  resources: number;
  /** Of the last one that came; null = not told. */
  bytes: number | null;
  lastMs: number | null;
  accepted: number;
  rejected: number;
  failed: number;
  timeouts: number;
  /** What was refused last, as long as nothing was taken after it. */
  nack: SourceNack | null;
  /** Why nothing comes; empty = something does. */
  lastError: string;
}

/** An update that was refused, in part or whole. */
export interface SourceNack {
  readonly version: string;
  readonly error: string;
  /** Names of the resources that are the reason, as far as they are known. */
  readonly resources: readonly string[];
  readonly atMs: number;
  /** Since when one after the other is refused. */
  readonly sinceMs: number;
}

/** What became of one message. */
export interface SourceEvent {
  readonly id: number;
  readonly atMs: number;
  readonly source: string;
  readonly messageName: string;
  /** The name that was asked for, where it was one. */
  readonly subject: string;
  readonly version: string;
  readonly result: "accepted" | "rejected" | "failed" | "timeout";
  readonly resources: number;
  readonly bytes: number | null;
  readonly error: string;
}

/** Messages that are remembered. */
const MAX_EVENTS = 500;

export class SourceBook {
  readonly #nowMs: () => number;
  readonly #records = new Set<SourceRecord>();
  readonly #nacked = new Set<SourceRecord>();
  readonly #events: SourceEvent[] = [];
  /** By type and name, how many ask for it. */
  readonly #asked = new Map<string, number>();
  #nextId = 1;
  #nextEventId = 1;
  #lastMs: number | null = null;
  #revision = 0;

  /** `nowMs`: wall clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Rises with whatever is noted. */
  get revision(): number {
    return this.#revision;
  }

  /** In the order in which they began. */
  get records(): ReadonlySet<SourceRecord> {
    return this.#records;
  }

  /** Those whose last update was refused. */
  get nacked(): ReadonlySet<SourceRecord> {
    return this.#nacked;
  }

  /** Newest last. */
  get events(): readonly SourceEvent[] {
    return this.#events;
  }

  /** Wall clock: when anything was taken last; null = never. */
  get lastUpdateMs(): number | null {
    return this.#lastMs;
  }

  /** A subscription begins. */
  open(source: ConfigSource, messageName: string): SourceRecord {
    const record: SourceRecord = {
      id: this.#nextId++,
      source: sourceText(source),
      transport: source.kind,
      messageName,
      names: [],
      sinceMs: this.#nowMs(),
      acceptedMs: null,
      version: "",
      resources: 0,
      bytes: null,
      lastMs: null,
      accepted: 0,
      rejected: 0,
      failed: 0,
      timeouts: 0,
      nack: null,
      lastError: "",
    };
    this.#records.add(record);
    this.#revision++;
    return record;
  }

  /** It asks for these names from now on. */
  ask(record: SourceRecord, names: readonly string[]): void {
    for (const name of names) this.#count(record, name, 1);
    for (const name of record.names) this.#count(record, name, -1);
    record.names = names;
  }

  /** Anyone asks for it by name. */
  isAsked(messageName: string, name: string): boolean {
    return this.#asked.has(`${messageName}\n${name}`);
  }

  /** It ends. */
  close(record: SourceRecord): void {
    this.ask(record, []);
    this.#records.delete(record);
    this.#nacked.delete(record);
    this.#revision++;
  }

  accept(record: SourceRecord, version: string, resources: number, bytes: number | null): void {
    const atMs = this.#lastMs = this.#nowMs();
    Object.assign(record, { version, resources, bytes, lastMs: atMs, acceptedMs: atMs, nack: null, lastError: "" });
    record.accepted++;
    this.#nacked.delete(record);
    this.#add(record, { version, result: "accepted", resources, bytes, error: "" });
  }

  reject(
    record: SourceRecord,
    version: string,
    bytes: number | null,
    resources: readonly string[],
    error: string,
  ): void {
    const atMs = this.#nowMs();
    record.nack = { version, error, resources, atMs, sinceMs: record.nack?.sinceMs ?? atMs };
    Object.assign(record, { bytes, lastMs: atMs, lastError: "" });
    record.rejected++;
    this.#nacked.add(record);
    this.#add(record, { version, result: "rejected", resources: resources.length, bytes, error });
  }

  /** Nothing came, or nothing that can be read. What was refused before stays so. */
  fail(record: SourceRecord, result: "failed" | "timeout", error: string): void {
    if (result === "timeout") record.timeouts++;
    else record.failed++;
    Object.assign(record, { lastMs: this.#nowMs(), lastError: error });
    this.#add(record, { version: "", result, resources: 0, bytes: null, error });
  }

  #count({ messageName }: SourceRecord, name: string, by: number): void {
    const key = `${messageName}\n${name}`, count = (this.#asked.get(key) ?? 0) + by;
    if (count > 0) this.#asked.set(key, count);
    else this.#asked.delete(key);
  }

  #add(record: SourceRecord, event: Pick<SourceEvent, "version" | "result" | "resources" | "bytes" | "error">): void {
    const { source, messageName, names } = record;
    const subject = names.length === 1 ? names[0]! : "";
    this.#events.push({ id: this.#nextEventId++, atMs: this.#nowMs(), source, messageName, subject, ...event });
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
    this.#revision++;
  }
}
