/**
 * What came of each resource and what became of it: the last versions that were taken and the last one that was refused,
 * and which update changed what (spec/console.md 5.8).
 *
 * ```
 *   taken, refused ─▶ noted at once, with the message as it came ─▶ written down as text, a little at a time ─▶ kept
 * ```
 *
 * Texts are readable_message.ts's: tidy, and without secrets. Writing takes at most a fifth of the main thread's time, and
 * of one resource much less: where endpoints change faster than they can be written down, versions between are passed over,
 * and the next one says how many.
 */
import { Timer } from "../../base/timer_wheel.ts";
import { contentHash } from "../../config/content_hash.ts";
import { ResourceType } from "../../config/load_resource.ts";
import { readableJson } from "../../config/readable_message.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { KeptTexts, type TextHolder } from "./kept_texts.ts";

/** One version of a resource. */
export interface ResourceVersion extends TextHolder {
  /** Rises over all resources. */
  readonly id: number;
  /** What the update called itself; of the last one that said the same. */
  version: string;
  /** Wall clock. */
  readonly receivedMs: number;
  /** In words. */
  readonly source: string;
  /** Why it was refused; empty = it was taken. */
  readonly error: string;
  /** Versions before it that were not written down. */
  skipped: number;
  /** As it came; null = it is written down, or was let go. */
  message: CanonicalMessage | null;
  /** Empty = not hashed: told from others by its text. */
  readonly hash: string;
  /** The update that brought it. */
  readonly push: ResourcePush;
}

/** All that is known of a name. */
export interface ResourceRecord {
  /** `envoy.config.cluster.v3.Cluster`. */
  readonly messageName: string;
  readonly name: string;
  /** Taken, the newest last; at most {@link MAX_VERSIONS}. */
  readonly versions: ResourceVersion[];
  /** The last one that was refused; null = none was since one was taken. */
  rejected: ResourceVersion | null;
  /** Wall clock: when an update took it out; null = it is there. */
  removedMs: number | null;
}

/** What one update did. */
export interface ResourcePush {
  readonly id: number;
  /** Wall clock. */
  readonly atMs: number;
  readonly messageName: string;
  readonly source: string;
  readonly version: string;
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
  readonly refused: { readonly name: string; readonly error: string }[];
}

/** One resource of an update. */
export interface UpdateItem {
  readonly name: string;
  readonly message: CanonicalMessage;
}

/** Versions of a resource. */
export const MAX_VERSIONS = 10;
/** All texts together. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Updates that are remembered. */
const MAX_PUSHES = 50;
/** Names that are gone and still remembered. */
const MAX_REMOVED = 200;
const SLICE_MS = 4;
/** So many times as long as a slice nothing is written. */
const REST_FACTOR = 4;
/** So many times as long as writing a resource without a hash took, it is not written again. */
const OWN_REST_FACTOR = 500;

interface Entry extends ResourceRecord {
  /** To be written, the oldest first. */
  readonly pending: ResourceVersion[];
  restUntilMs: number;
}

export class ResourceHistory {
  readonly #loop: EventLoop;
  readonly #timer: Timer;
  readonly #texts: KeptTexts;
  readonly #entries = new Map<string, Entry>();
  readonly #pushes: ResourcePush[] = [];
  /** In the order in which they went. */
  readonly #removed = new Set<Entry>();
  readonly #unwritten = new Set<Entry>();
  #current: Writing | null = null;
  #nextId = 1;
  #revision = 0;
  #isClosed = false;

  constructor(loop: EventLoop, maxBytes: number = MAX_BYTES) {
    this.#loop = loop;
    this.#texts = new KeptTexts(maxBytes);
    this.#timer = new Timer(loop.timers, () => this.#write());
  }

  /** Rises with whatever is noted. */
  get revision(): number {
    return this.#revision;
  }

  /** Of all texts. */
  get bytes(): number {
    return this.#texts.bytes;
  }

  /** Everything there is and was. */
  get records(): Iterable<ResourceRecord> {
    return this.#entries.values();
  }

  /** Newest last. */
  get pushes(): readonly ResourcePush[] {
    return this.#pushes;
  }

  find(messageName: string, name: string): ResourceRecord | null {
    return this.#entries.get(keyOf(messageName, name)) ?? null;
  }

  /** Begins to note what an update does. */
  begin(messageName: string, source: string, version: string, atMs: number): ResourcePush {
    const id = this.#nextId++;
    return { id, atMs, messageName, source, version, added: [], changed: [], removed: [], refused: [] };
  }

  /** It is in force from now on, or warms. */
  take(push: ResourcePush, { name, message }: UpdateItem): void {
    const entry = this.#entryOf(push.messageName, name), last = entry.versions.at(-1);
    const hash = push.messageName === ResourceType.endpoints ? "" : contentHash(message);
    const isBack = entry.removedMs !== null;
    entry.removedMs = null;
    this.#removed.delete(entry);
    this.#dropRejected(entry);
    if (last !== undefined && !isBack && hash !== "" && last.hash === hash) {
      last.version = push.version;
      return;
    }
    (last === undefined || isBack ? push.added : push.changed).push(name);
    const version = this.#version(push, message, hash, "");
    if (hash === "") version.skipped = this.#passOver(entry);
    entry.versions.push(version);
    if (entry.versions.length > MAX_VERSIONS) this.#letGo(entry, entry.versions.shift()!);
    this.#await(entry, version);
  }

  /** What was there before stays. */
  refuse(push: ResourcePush, { name, message }: UpdateItem, error: string): void {
    const entry = this.#entryOf(push.messageName, name);
    push.refused.push({ name, error });
    this.#dropRejected(entry);
    const version = this.#version(push, message, "", error);
    entry.rejected = version;
    this.#await(entry, version);
  }

  /** It is no more. */
  remove(push: ResourcePush, name: string): void {
    const entry = this.#entries.get(keyOf(push.messageName, name));
    if (entry === undefined || entry.removedMs !== null) return;
    if (entry.versions.length > 0) push.removed.push(name);
    entry.removedMs = push.atMs;
    this.#removed.add(entry);
    for (const oldest of this.#removed) {
      if (this.#removed.size <= MAX_REMOVED) break;
      this.#forget(oldest);
    }
  }

  /** Nobody asks for it any more. */
  retire(messageName: string, name: string, atMs: number): void {
    const push = this.begin(messageName, "", "", atMs);
    this.remove(push, name);
    this.#revision++;
  }

  /** Remembers the update, unless it did nothing. */
  end(push: ResourcePush): void {
    this.#revision++;
    if (push.added.length + push.changed.length + push.removed.length + push.refused.length === 0) return;
    this.#pushes.push(push);
    if (this.#pushes.length > MAX_PUSHES) this.#pushes.shift();
  }

  /** Nothing is written any more. */
  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
  }

  #entryOf(messageName: string, name: string): Entry {
    const key = keyOf(messageName, name);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { messageName, name, versions: [], rejected: null, removedMs: null, pending: [], restUntilMs: 0 };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #version(push: ResourcePush, message: CanonicalMessage, hash: string, error: string): ResourceVersion {
    const { version, source, atMs: receivedMs } = push;
    return { id: this.#nextId++, version, receivedMs, source, error, skipped: 0, message, hash, push, kept: null };
  }

  /** Lets go of versions that are not written yet: there is a newer one. Returns how many. */
  #passOver(entry: Entry): number {
    let skipped = 0;
    for (const version of [...entry.pending]) {
      if (version.error !== "" || version === this.#current?.version) continue;
      skipped += 1 + version.skipped;
      this.#letGo(entry, version);
      entry.versions.splice(entry.versions.indexOf(version), 1);
    }
    return skipped;
  }

  #dropRejected(entry: Entry): void {
    if (entry.rejected !== null) this.#letGo(entry, entry.rejected);
    entry.rejected = null;
  }

  #letGo(entry: Entry, version: ResourceVersion): void {
    const at = entry.pending.indexOf(version);
    if (at >= 0) entry.pending.splice(at, 1);
    if (this.#current?.version === version) this.#current = null;
    if (entry.pending.length === 0) this.#unwritten.delete(entry);
    version.message = null;
    this.#texts.release(version);
  }

  #forget(entry: Entry): void {
    this.#removed.delete(entry);
    this.#dropRejected(entry);
    for (const version of entry.versions.splice(0)) this.#letGo(entry, version);
    this.#entries.delete(keyOf(entry.messageName, entry.name));
  }

  // ---- writing

  #await(entry: Entry, version: ResourceVersion): void {
    entry.pending.push(version);
    this.#unwritten.add(entry);
    if (!this.#timer.isArmed && !this.#isClosed) this.#timer.arm(0);
  }

  #write(): void {
    const nowMs = this.#loop.clock.refresh();
    let spentMs = 0;
    while (spentMs < SLICE_MS) {
      const current = this.#current ??= this.#next(nowMs);
      if (current === null) break;
      const startMs = performance.now(), piece = current.pieces.next();
      if (piece.done !== true) current.text.push(piece.value);
      else this.#finish(current, nowMs);
      const pieceMs = performance.now() - startMs;
      current.tookMs += pieceMs;
      spentMs += pieceMs;
    }
    if (this.#isClosed || this.#unwritten.size === 0) return;
    if (this.#current !== null) return this.#timer.arm(spentMs * REST_FACTOR);
    let soonestMs = Infinity;
    for (const { restUntilMs } of this.#unwritten) soonestMs = Math.min(soonestMs, restUntilMs);
    this.#timer.arm(Math.max(soonestMs - nowMs, spentMs * REST_FACTOR));
  }

  #next(nowMs: number): Writing | null {
    for (const entry of this.#unwritten) {
      const version = entry.pending[0];
      if (entry.restUntilMs > nowMs || version?.message == null) continue;
      return { entry, version, pieces: readableJson(entry.messageName, version.message), text: [], tookMs: 0 };
    }
    return null;
  }

  #finish({ entry, version, text, tookMs }: Writing, nowMs: number): void {
    this.#current = null;
    entry.pending.shift();
    if (entry.pending.length === 0) this.#unwritten.delete(entry);
    if (entry.messageName === ResourceType.endpoints) entry.restUntilMs = nowMs + tookMs * OWN_REST_FACTOR;
    const at = entry.versions.indexOf(version), before = entry.versions[at - 1] ?? null;
    this.#texts.keep(version, text.join(""), at >= 0 ? before : entry.versions.at(-1) ?? null);
    version.message = null;
    if (version.hash === "" && before?.kept != null && before.kept === version.kept) this.#join(entry, before, version);
    this.#revision++;
  }

  /** It says what the one before it says: nothing has changed. */
  #join(entry: Entry, before: ResourceVersion, version: ResourceVersion): void {
    before.version = version.version;
    entry.versions.splice(entry.versions.indexOf(version), 1);
    this.#texts.release(version);
    const { push } = version, at = push.changed.indexOf(entry.name);
    if (at >= 0) push.changed.splice(at, 1);
    const did = push.added.length + push.changed.length + push.removed.length + push.refused.length;
    if (did === 0 && this.#pushes.includes(push)) this.#pushes.splice(this.#pushes.indexOf(push), 1);
  }
}

interface Writing {
  readonly entry: Entry;
  readonly version: ResourceVersion;
  readonly pieces: Generator<string>;
  readonly text: string[];
  tookMs: number;
}

function keyOf(messageName: string, name: string): string {
  return `${messageName}\n${name}`;
}
