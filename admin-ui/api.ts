/**
 * The only file that asks the server for anything: one event stream a tab, over `fetch`, so that comments count as life,
 * a refusal can be read, and the wait before the next try is ours (spec/console.md 7.8, 9.1).
 *
 * A hidden tab asks for the overview alone, and after five minutes for nothing. The stream goes on from the last id it
 * saw; when the server no longer knows that id it says `gap` and sends snapshots.
 */

import type { Topic } from "../src/admin/contract/frames.ts";
import { reconnectDelayMs } from "./model/connection.ts";
import { EventStreamReader } from "./model/event_stream.ts";
import type { Feed } from "./model/feed.ts";

/** A stream without even a heartbeat (15 s) for this long is dead, whatever the socket says. */
const SILENCE_MS = 20_000;

/** How long a hidden tab keeps its stream. */
const HIDDEN_MS = 5 * 60_000;

const ALL_TOPICS: readonly Topic[] = ["overview", "clusters", "listeners", "workers"];
const HIDDEN_TOPICS: readonly Topic[] = ["overview"];

/** What the stream needs of its surroundings; tests bring their own. */
export interface StreamPlatform {
  fetch(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  random(): number;
  /** Calls back once; the answer cancels. */
  after(ms: number, then: () => void): () => void;
}

/** The browser's own. */
export const browserPlatform: StreamPlatform = {
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** Keeps a {@link Feed} fed. */
export class EventsClient {
  readonly #feed: Feed;
  readonly #platform: StreamPlatform;
  #topics: readonly Topic[] = ALL_TOPICS;
  #lastId = "";
  #failures = 0;
  #abort: AbortController | null = null;
  #cancelTimer: () => void = () => {};
  #cancelSleep: () => void = () => {};

  constructor(feed: Feed, platform: StreamPlatform) {
    this.#feed = feed;
    this.#platform = platform;
  }

  /** Connects now, whatever went before. */
  start(): void {
    this.#drop();
    this.#failures = 0;
    this.#connect();
  }

  /** Ends the stream and all timers. */
  stop(): void {
    this.#drop();
    this.#cancelSleep();
    this.#feed.connection.link.value = { kind: "asleep" };
  }

  /** The tab went out of sight or came back. */
  setHidden(isHidden: boolean): void {
    this.#cancelSleep();
    this.#topics = isHidden ? HIDDEN_TOPICS : ALL_TOPICS;
    // Other topics are another stream: its lists begin with snapshots.
    this.#lastId = "";
    this.start();
    if (isHidden) this.#cancelSleep = this.#platform.after(HIDDEN_MS, () => this.stop());
  }

  #drop(): void {
    this.#cancelTimer();
    this.#abort?.abort();
    this.#abort = null;
  }

  async #connect(): Promise<void> {
    const { connection } = this.#feed;
    const abort = new AbortController();
    this.#abort = abort;
    // What is on screen stays "live" through a change of topics; only a failure says otherwise.
    if (connection.link.value.kind !== "live") connection.link.value = { kind: "connecting" };
    connection.begin();
    let reason: string;
    try {
      reason = await this.#read(abort);
    } catch (error) {
      // Browsers reject with a TypeError, each in words of its own, when nobody answers.
      reason = error instanceof TypeError
        ? "it does not answer"
        : error instanceof Error
        ? error.message
        : String(error);
    }
    if (this.#abort !== abort) return;
    abort.abort();
    this.#failures++;
    const delayMs = reconnectDelayMs(this.#failures, this.#platform.random());
    connection.link.value = { kind: "waiting", retryAtMs: this.#platform.now() + delayMs, reason };
    this.#cancelTimer();
    this.#cancelTimer = this.#platform.after(delayMs, () => this.#connect());
  }

  /** Reads one stream to its end; the answer is why it ended. */
  async #read(abort: AbortController): Promise<string> {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    const wasResumed = this.#lastId !== "";
    if (wasResumed) headers["last-event-id"] = this.#lastId;
    this.#watch(abort);
    const response = await this.#platform.fetch(`/api/v1/events?topics=${this.#topics.join(",")}`, {
      headers,
      cache: "no-store",
      signal: abort.signal,
    });
    if (!response.ok || response.body === null) return await refusal(response);

    let answer = "";
    const events = new EventStreamReader((frame) => {
      if (answer !== "") return;
      const advice = this.#feed.apply(frame, this.#platform.now());
      if (advice === "reconnect") {
        this.#lastId = "";
        answer = "the stream was not in order";
      } else if (advice === "start over" && wasResumed) {
        // The new process may take the old one's id for its own, and send no snapshots.
        this.#lastId = "";
        this.start();
        answer = "the proxy restarted";
      } else {
        this.#failures = 0;
        this.#lastId = frame.id;
      }
    });
    const bytes = response.body.getReader();
    const decoder = new TextDecoder();
    while (true) {
      const piece = await bytes.read();
      if (piece.done) return "it closed the stream";
      this.#watch(abort);
      if (!events.push(decoder.decode(piece.value, { stream: true }))) answer = "a frame was too long";
      if (answer !== "") return answer;
    }
  }

  #watch(abort: AbortController): void {
    if (this.#abort !== abort) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#platform.after(SILENCE_MS, () => abort.abort(new Error("it fell silent")));
  }
}

/** Why the server would not: its own words when it gave some. */
async function refusal(response: Response): Promise<string> {
  const fallback = `it answered ${response.status}`;
  try {
    const body = await response.json() as { detail?: unknown };
    return typeof body.detail === "string" && body.detail !== "" ? body.detail : fallback;
  } catch {
    return fallback;
  }
}
