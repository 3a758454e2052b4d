/**
 * The event streams of all consoles: frames with rising ids, kept for a minute so that a client that lost its connection
 * goes on where it was (spec/console.md 7.8, Appendix C).
 *
 *   hello ─► snapshot of each topic ─► ticks, upserts, removes …
 *   hello ─► (Last-Event-ID known: what it missed) ─► …
 *   hello ─► gap ─► snapshot of each topic ─► …      (not known, or the client fell behind)
 */
import type { Clock } from "../base/clock.ts";
import type { GapFrame, HelloFrame, SseFrames, Topic } from "./contract/frames.ts";
import { EventClient } from "./event_client.ts";

/** Streams at a time. */
export const MAX_CLIENTS = 32;

/** A comment is sent so often, so that a silent stream is a dead one. */
export const HEARTBEAT_S = 15;

/** What is kept for clients that come back. */
const RING_MS = 60_000;
const RING_FRAMES = 2000;

/** The frame of a topic's present state, for one client. */
export type SnapshotOf = (topic: Topic, client: EventClient) => SseFrames[Topic];

interface Frame {
  readonly id: number;
  readonly atMs: number;
  readonly topic: Topic;
  /** By the client's read-only reason; most frames are the same for everyone, under `""`. */
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

export class EventHub {
  readonly #bootId: string;
  readonly #clock: Clock;
  readonly #snapshotOf: SnapshotOf;
  readonly #clients = new Set<EventClient>();
  readonly #ring: Frame[] = [];
  readonly #encoder = new TextEncoder();
  #nextId: number;
  /** The last id that is no longer in the ring. */
  #forgottenId: number;
  #lastHeartbeatMs: number;

  /** Ids start at the wall time, so that those of a later process are greater. */
  constructor(bootId: string, clock: Clock, snapshotOf: SnapshotOf) {
    this.#bootId = bootId;
    this.#clock = clock;
    this.#snapshotOf = snapshotOf;
    this.#nextId = Math.floor(clock.wallMs());
    this.#forgottenId = this.#nextId - 1;
    this.#lastHeartbeatMs = clock.nowMs;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** How many would get a frame of this topic. */
  watcherCount(topic: Topic): number {
    let count = 0;
    for (const client of this.#clients) if (client.topics.has(topic)) count++;
    return count;
  }

  /** Opens a stream; null when there are too many. `lastEventId` is NaN for a new client. `holder`: of the visitor. */
  open(
    topics: readonly Topic[],
    lastEventId: number,
    readOnlyReason: string | null,
    holder = "",
  ): EventClient | null {
    if (this.#clients.size >= MAX_CLIENTS) return null;
    const client = new EventClient(
      new Set(topics),
      readOnlyReason,
      holder,
      (client) => this.#restart(client, "client_behind"),
      (client) => this.#clients.delete(client),
    );
    const hello: HelloFrame = {
      server_time_ms: this.#clock.wallMs(),
      boot_id: this.#bootId,
      heartbeat_s: HEARTBEAT_S,
      topics: [...topics],
    };
    const isKnown = lastEventId >= this.#forgottenId && lastEventId < this.#nextId;
    const greeting = frameText(isKnown ? lastEventId : this.#nextId++, "hello", hello);
    this.#send(client, `retry: 1000\n\n${greeting}`);
    if (isKnown) this.#replay(client, lastEventId);
    else if (Number.isNaN(lastEventId)) this.#sendSnapshots(client);
    else this.#restart(client, lastEventId < this.#forgottenId ? "ring_overflow" : "unknown_id");
    // Not before: what its snapshots made others hear of is in them already.
    this.#clients.add(client);
    return client;
  }

  /**
   * Sends a frame to all who asked for its topic; `dataFor` makes it for one read-only reason. Without anyone to send it
   * to, it costs nothing and tells those who come back that they missed something.
   */
  publish<T extends Topic>(topic: T, dataFor: (readOnlyReason: string | null) => SseFrames[T]): void {
    const nowMs = this.#clock.nowMs;
    const bytes = new Map<string, Uint8Array>();
    const id = this.#nextId++;
    for (const client of this.#clients) {
      if (!client.topics.has(topic)) continue;
      const key = client.readOnlyReason ?? "";
      let frame = bytes.get(key);
      if (frame === undefined) {
        frame = this.#encoder.encode(frameText(id, topic, dataFor(client.readOnlyReason)));
        bytes.set(key, frame);
      }
      client.send(frame, nowMs);
    }
    this.#ring.push({ id, atMs: nowMs, topic, bytes });
    while (this.#ring.length > RING_FRAMES || this.#ring[0]!.atMs < nowMs - RING_MS) {
      this.#forgottenId = this.#ring.shift()!.id;
    }
  }

  /** Heartbeats, and an end to those who do not read; to be called once a second. */
  tick(): void {
    const nowMs = this.#clock.nowMs;
    for (const client of [...this.#clients]) client.checkPace(nowMs);
    if (nowMs - this.#lastHeartbeatMs < HEARTBEAT_S * 1000) return;
    this.#lastHeartbeatMs = nowMs;
    for (const client of this.#clients) this.#send(client, ": heartbeat\n\n");
  }

  /** Somebody reads a stream of this session or token. */
  isHeld(holder: string): boolean {
    return this.#clients.values().some((client) => client.holder === holder);
  }

  /** Ends the streams of sessions or tokens that are over. */
  closeHeld(isOver: (holder: string) => boolean): void {
    for (const client of [...this.#clients]) if (client.holder !== "" && isOver(client.holder)) client.close();
  }

  close(): void {
    for (const client of [...this.#clients]) client.close();
  }

  #replay(client: EventClient, lastEventId: number): void {
    for (const frame of this.#ring) {
      if (frame.id <= lastEventId || !client.topics.has(frame.topic)) continue;
      // A frame that nobody of this kind was there for was never made.
      const bytes = frame.bytes.get(client.readOnlyReason ?? "");
      if (bytes === undefined) return this.#restart(client, "unknown_id");
      client.send(bytes, this.#clock.nowMs);
    }
  }

  #restart(client: EventClient, reason: GapFrame["reason"]): void {
    const gap: GapFrame = { reason, resume: "snapshot" };
    this.#send(client, frameText(this.#nextId++, "gap", gap));
    this.#sendSnapshots(client);
  }

  #sendSnapshots(client: EventClient): void {
    for (const topic of client.topics) {
      this.#send(client, frameText(this.#nextId++, topic, this.#snapshotOf(topic, client)));
    }
  }

  #send(client: EventClient, text: string): void {
    client.send(this.#encoder.encode(text), this.#clock.nowMs);
  }
}

/** JSON has no raw line ends, so one `data` line carries it. */
function frameText(id: number, event: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
