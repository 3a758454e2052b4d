/**
 * The only file that asks the server for anything: single answers, and the event stream, over `fetch`, so that
 * comments count as life, a refusal can be read, and the wait before the next try is ours (spec/console.md 7.8, 9.1).
 *
 * A hidden tab asks for the overview alone, and after five minutes for nothing. The stream goes on from the last id it
 * saw; when the server no longer knows that id it says `gap` and sends snapshots.
 */

import type { Topic } from "../src/admin/contract/frames.ts";
import { reconnectDelayMs } from "./model/connection.ts";
import { EventStreamReader } from "./model/event_stream.ts";
import type { FrameTaker, StreamClient } from "./model/tab_stream.ts";

/** A stream without even a heartbeat (15 s) for this long is dead, whatever the socket says. */
const SILENCE_MS = 20_000;

/** How long a hidden tab keeps its stream. */
const HIDDEN_MS = 5 * 60_000;

/** What every page needs, and a hidden tab. */
const BASE_TOPICS: readonly Topic[] = ["overview"];

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

/** The server would not, or could not: its own words, and everything it said of why. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** 0 = it did not answer. */
  readonly status: number;
  /** The body, where it is a problem in JSON; what it holds beside the text depends on who refused. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(message: string, status: number, body: Readonly<Record<string, unknown>>) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Where the console's own API is. */
const API = "/api/v1";

/** Body of `/stats?format=json`: histograms stand among the others, without a name and value. */
interface StatsBody {
  readonly stats: readonly { readonly name?: string; readonly value?: number }[];
}

/** Asks for single answers: under `/api/v1`, and of Envoy's own endpoints. */
export class Api {
  readonly #platform: Pick<StreamPlatform, "fetch">;

  constructor(platform: Pick<StreamPlatform, "fetch">) {
    this.#platform = platform;
  }

  /** The answer to a question. Throws {@link ApiError}, or an AbortError by `signal`. */
  async get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
    return await this.#ask(`${API}${path}`, { cache: "no-store", ...signal === undefined ? {} : { signal } });
  }

  /** An answer that is no JSON. Throws {@link ApiError}. */
  async text(path: string, signal: AbortSignal): Promise<string> {
    return await (await this.#reach(`${API}${path}`, { cache: "no-store", signal })).text();
  }

  /** Counters and gauges whose whole name matches, by Envoy's own endpoint. Throws {@link ApiError}. */
  async stats(filter: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const path = `/stats?format=json&filter=${encodeURIComponent(filter)}`;
    const body = await this.#ask<StatsBody>(path, { cache: "no-store", signal });
    return new Map(body.stats.flatMap(({ name, value }) => typeof value === "number" ? [[name!, value]] : []));
  }

  /** The answer to a change. Throws {@link ApiError}. */
  async send<Answer>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Answer> {
    // A header that no form can send: the server takes changes from the console's own pages only.
    const headers: Record<string, string> = { "x-console": "1" };
    if (body === undefined) return await this.#ask(`${API}${path}`, { method, headers });
    headers["content-type"] = "application/json";
    return await this.#ask(`${API}${path}`, { method, headers, body: JSON.stringify(body) });
  }

  async #ask<Answer>(url: string, init: RequestInit): Promise<Answer> {
    const response = await this.#reach(url, init);
    return (response.status === 204 ? null : await response.json()) as Answer;
  }

  /** The answer, unless it is a refusal. */
  async #reach(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#platform.fetch(url, init);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new ApiError("The proxy does not answer", 0, {});
    }
    if (response.ok) return response;
    const problem = (await response.json().catch(() => null) ?? {}) as { detail?: unknown };
    const detail = typeof problem.detail === "string" && problem.detail !== "" ? problem.detail : null;
    throw new ApiError(detail ?? `The proxy answered ${response.status}`, response.status, { ...problem });
  }
}

/** Keeps a feed fed. */
export class EventsClient implements StreamClient {
  readonly #feed: FrameTaker;
  readonly #platform: StreamPlatform;
  #topics: readonly Topic[] = BASE_TOPICS;
  #isHidden = false;
  #lastId = "";
  #failures = 0;
  #abort: AbortController | null = null;
  #cancelTimer: () => void = () => {};
  #cancelSleep: () => void = () => {};

  constructor(feed: FrameTaker, platform: StreamPlatform) {
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

  /** Connects for a page that needs these topics; a page that needs no others keeps the stream there is. */
  show(topics: readonly Topic[]): void {
    const wanted = [...BASE_TOPICS, ...topics];
    const isSame = this.#abort !== null && wanted.join() === this.#topics.join();
    this.#topics = wanted;
    if (!isSame && !this.#isHidden) this.#startAnew();
  }

  /** The tab went out of sight or came back. */
  setHidden(isHidden: boolean): void {
    this.#cancelSleep();
    this.#isHidden = isHidden;
    this.#startAnew();
    if (isHidden) this.#cancelSleep = this.#platform.after(HIDDEN_MS, () => this.stop());
  }

  /** Begins anew, with snapshots. */
  refresh(): void {
    if (!this.#isHidden) this.#startAnew();
  }

  /** Other topics are another stream: its lists begin with snapshots. */
  #startAnew(): void {
    this.#lastId = "";
    this.start();
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
    const topics = this.#isHidden ? BASE_TOPICS : this.#topics;
    const response = await this.#platform.fetch(`/api/v1/events?topics=${topics.join(",")}`, {
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
