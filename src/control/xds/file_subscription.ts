/**
 * Resources from a file that holds one `DiscoveryResponse` (spec/xds.md 5.3). It is read when the subscription starts, and
 * then:
 *
 * ```
 *   moved onto the file, or within `watched_directory` ──────────────────────────────▶ read at once, and said if bad
 *   written, linked elsewhere, other by a look at it every 5 s ──▶ 150 ms of quiet ──▶ read, and taken if other and sound
 * ```
 *
 * A file that cannot be taken leaves in force what was there before. One that goes away does too.
 *
 * Differs from Envoy: it notices only the moves; here files may be edited in place, and a ConfigMap be mounted without
 * `watched_directory`.
 */
import { basename, dirname, resolve } from "node:path";
import type { Logger } from "../../base/log.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { PathSource } from "../../config/config_source.ts";
import type { ConfigProblem } from "../../base/errors.ts";
import { ElementMemory } from "../../config/element_memory.ts";
import { type ReadResponse, readResponse, type ResponseForm } from "../../config/discovery_response.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { fileStamp, fileStampNow } from "../file_stamp.ts";
import { type FileContent, isLink, readContent } from "./file_content.ts";
import type { PathEvent, PathWatch, PathWatcher } from "./path_watcher.ts";
import { problemsText } from "./refusal_text.ts";
import type { ResourceWatcher, Subscription, UnfitUpdate } from "./subscription.ts";
import type { SubscriptionStats } from "./subscription_stats.ts";
import type { UnknownFields } from "./unknown_fields.ts";

/** What all subscriptions to files have in common. */
export interface FileContext {
  readonly loop: EventLoop;
  readonly paths: PathWatcher;
  readonly log: Logger;
  /** `--reject-unknown-dynamic-fields`. */
  readonly refusesUnknownFields: boolean;
  readonly tolerateUnknownExtensions: boolean;
  /** Null with `--ignore-unknown-dynamic-fields`. */
  readonly unknownFields: UnknownFields | null;
}

/** Who writes a file writes it in pieces: so long nothing must happen before it is read. */
const QUIET_MS = 150;
/** A file that makes no sense gets this long to be finished. */
const SECOND_LOOK_MS = 1000;
/** What is longer is long because of its endpoints: those that stay the same are read once. */
const LONG_TEXT = 65_536;
/** Some file systems tell nothing. */
const POLL_MS = 5000;

/** Of a file that cannot be read. */
const NOTHING = { hash: "", bytes: 0 };

export class FileSubscription implements Subscription {
  readonly #source: PathSource;
  readonly #path: string;
  readonly #context: FileContext;
  readonly #form: ResponseForm;
  readonly #stats: SubscriptionStats;
  readonly #watcher: ResourceWatcher;
  readonly #quietTimer: Timer;
  readonly #pollTimer: Timer;
  #watches: readonly PathWatch[] = [];
  #stamp = "";
  /** Of the file as it was read last. */
  #readStamp = "";
  /** Of what was read last, taken or not. */
  #hash = "";
  /** Of what made no sense when it was first looked at. */
  #doubtedHash = "";
  /** The watcher has not said yet what became of the last update. */
  #isTaking = false;
  /** Null = the file is short. */
  #memory: ElementMemory | null = null;
  #isClosed = false;

  /** `messageName`: what every resource in the file must be. */
  constructor(
    source: PathSource,
    messageName: string,
    context: FileContext,
    stats: SubscriptionStats,
    watcher: ResourceWatcher,
  ) {
    const { loop, refusesUnknownFields, tolerateUnknownExtensions } = context;
    this.#source = source;
    this.#path = resolve(source.path);
    this.#context = context;
    this.#form = { messageName, refusesUnknownFields, tolerateUnknownExtensions };
    this.#stats = stats;
    this.#watcher = watcher;
    this.#quietTimer = new Timer(loop.timers, () => this.#look());
    this.#pollTimer = new Timer(loop.timers, () => void this.#poll());
  }

  /** A file has no names to choose from: it holds what it holds. */
  start(_names: readonly string[]): void {
    const { paths } = this.#context;
    const { watchedDirectory } = this.#source;
    const own = dirname(this.#path), watched = watchedDirectory === "" ? "" : resolve(watchedDirectory);
    const watches = [paths.watch(own, (event) => this.#onEvent(event, watched === own))];
    if (watched !== "" && watched !== own) {
      watches.push(paths.watch(watched, ({ isMove }) => {
        if (isMove) this.#reload();
      }));
    }
    this.#watches = watches;
    this.#reload();
    if (!this.#isClosed) void this.#poll();
  }

  update(_names: readonly string[]): void {}

  close(): void {
    this.#isClosed = true;
    this.#quietTimer.cancel();
    this.#pollTimer.cancel();
    for (const watch of this.#watches) watch.close();
    this.#watches = [];
  }

  /** In the directory of the file. */
  #onEvent({ path, isMove }: PathEvent, everyMoveCounts: boolean): void {
    const isOwn = basename(path) === basename(this.#path);
    const counts = everyMoveCounts || (isOwn && this.#source.watchedDirectory === "");
    // It may have been seen by a look at the file before it was told.
    const isReadAlready = isMove && isOwn && fileStampNow(this.#path) === this.#readStamp;
    if (isReadAlready) return;
    if (isMove && counts) this.#reload();
    // The target of a link may be somewhere behind what was moved.
    else if (isOwn || (isMove && isLink(this.#path))) this.#quietTimer.arm(QUIET_MS);
  }

  async #poll(): Promise<void> {
    const stamp = await fileStamp(this.#path);
    if (this.#isClosed) return;
    this.#context.loop.runEvent(() => {
      if (stamp !== this.#stamp && !this.#quietTimer.isArmed) this.#quietTimer.arm(QUIET_MS);
      this.#stamp = stamp;
      this.#pollTimer.arm(POLL_MS);
    });
  }

  /** Reads the file, whatever it holds. */
  #reload(): void {
    this.#quietTimer.cancel();
    this.#readStamp = fileStampNow(this.#path);
    const content = readContent(this.#path);
    if (content !== null) return this.#take(this.#read(content.text), content);
    this.#take({ kind: "unreadable", problems: [{ path: "", reason: `Invalid path: ${this.#source.path}` }] }, NOTHING);
  }

  /** Reads the file to see whether it holds something else that makes sense. */
  #look(): void {
    const stamp = fileStampNow(this.#path);
    const content = readContent(this.#path);
    if (content === null || content.hash === this.#hash) return;
    const response = this.#read(content.text);
    if (response.kind === "unreadable" && content.hash !== this.#doubtedHash) {
      this.#doubtedHash = content.hash;
      this.#quietTimer.arm(SECOND_LOOK_MS);
      return;
    }
    this.#readStamp = stamp;
    this.#take(response, content);
  }

  #read(text: string): ReadResponse {
    this.#memory = text.length < LONG_TEXT ? null : this.#memory ?? new ElementMemory();
    return readResponse({ text, fileName: this.#source.path }, this.#form, this.#memory);
  }

  #take(response: ReadResponse, { hash, bytes }: Omit<FileContent, "text">): void {
    // It is looked at when the one before it is through.
    if (this.#isTaking) return;
    const { loop, log, unknownFields } = this.#context, { clock } = loop;
    const startMs = clock.refresh();
    this.#hash = hash;
    this.#doubtedHash = "";
    this.#stats.onAttempt();
    if (response.kind === "unreadable") {
      const text = `in ${this.#source.path}, ${problemsText(response.problems)}`;
      this.#stats.onFailure();
      this.#fail(`Filesystem config update failure: ${text}`);
      return;
    }
    if (response.kind === "refused") {
      const { problems, version, resources: refused } = response;
      return this.#reject(problemsText(problems), { version, bytes, refused });
    }
    const { version, resources, unknown, warnings } = response;
    const sourceText = `file ${this.#source.path}`;
    unknownFields?.note(sourceText, unknown, clock.wallMs());
    for (const warning of warnings) log.warning(`in ${sourceText}, ${problemsText([warning])}`);
    const taken = (problems: ConfigProblem[] | null) => {
      if (problems !== null) return this.#reject(problemsText(problems));
      this.#memory?.keep();
      const tookMs = clock.refresh() - startMs;
      this.#stats.onSuccess(version, clock.wallMs(), tookMs);
    };
    const outcome = this.#watcher.onUpdate({ version, resources, removed: [], isFullSet: true, bytes });
    if (!(outcome instanceof Promise)) return taken(outcome);
    this.#isTaking = true;
    void outcome.then((problems) => {
      this.#isTaking = false;
      if (this.#isClosed) return;
      loop.runEvent(() => {
        taken(problems);
        this.#look();
      });
    });
  }

  #reject(text: string, unfit?: UnfitUpdate): void {
    this.#stats.onRejected();
    this.#fail(`Filesystem config update rejected: ${text}`, unfit);
  }

  #fail(text: string, unfit?: UnfitUpdate): void {
    this.#memory?.forget();
    this.#context.log.warning(text);
    if (!this.#isClosed) this.#watcher.onFailure("rejected", text, unfit);
  }
}
