/**
 * For tests of what comes from files: a directory, an event loop whose time is turned by hand and whose events can be
 * waited for, and a watcher that remembers what it was told.
 */
import { ManualClock } from "../../src/base/clock.ts";
import type { ConfigProblem } from "../../src/base/errors.ts";
import { type Logger, LOGGER_NAMES, Loggers, LogLevel } from "../../src/base/log.ts";
import { StatBook } from "../../src/observe/stats/stat_book.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import type { FileContext } from "../../src/control/xds/file_subscription.ts";
import { PathWatcher } from "../../src/control/xds/path_watcher.ts";
import type { ResourceUpdate, ResourceWatcher, UpdateFailure } from "../../src/control/xds/subscription.ts";
import { UnknownFields } from "../../src/control/xds/unknown_fields.ts";

/** Time by hand; events of files come as they come. */
export class HandLoop extends EventLoop {
  readonly hand: ManualClock;
  #waiting: (() => void)[] = [];

  constructor() {
    const hand = new ManualClock();
    super({
      clock: hand,
      alarm: { wakeIn: () => {}, silence: () => {} },
      onBug: (error) => {
        throw error;
      },
    });
    this.hand = hand;
  }

  override runEvent(callback: () => void): void {
    super.runEvent(callback);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** The next event that is no timer's has been. */
  nextEvent(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Waits for events until something holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.nextEvent();
  }

  /** Lets time pass; timers that are due fire. */
  pass(ms: number): void {
    this.hand.advance(ms);
    this.tick();
  }
}

/** A directory of its own, gone with {@link ResourceFolder.remove}. */
export class ResourceFolder {
  readonly path: string = Deno.makeTempDirSync({ prefix: "denvoy_resources_" });

  /** Absolute. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  makeFolder(name: string): void {
    Deno.mkdirSync(this.at(name), { recursive: true });
  }

  /** Writes a file where it stands. */
  write(name: string, text: string): void {
    Deno.writeTextFileSync(this.at(name), text);
  }

  /** Moves a new file over what was there, as `mv` does. */
  move(name: string, text: string): void {
    const other = Deno.makeTempFileSync({ prefix: "denvoy_moved_" });
    Deno.writeTextFileSync(other, text);
    Deno.renameSync(other, this.at(name));
  }

  /** Points a link elsewhere in one step, as a ConfigMap's `..data` is. */
  link(name: string, target: string): void {
    const other = this.at(`${name}.new`);
    Deno.symlinkSync(target, other);
    Deno.renameSync(other, this.at(name));
  }

  remove(): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Remembers; refuses what it is told to. */
export class RecordedWatcher implements ResourceWatcher {
  readonly updates: ResourceUpdate[] = [];
  readonly failures: [UpdateFailure, string][] = [];
  refusal: ConfigProblem[] | null = null;

  /** Names of the resources of each update. */
  get names(): string[][] {
    return this.updates.map(({ resources }) => resources.map(({ name }) => name));
  }

  onUpdate(update: ResourceUpdate): ConfigProblem[] | null {
    this.updates.push(update);
    return this.refusal;
  }

  onFailure(failure: UpdateFailure, text: string): void {
    this.failures.push([failure, text]);
  }
}

/** What subscriptions to files have in common, and what they said and counted. */
export interface FileSurroundings extends FileContext {
  readonly loop: HandLoop;
  readonly book: StatBook;
  readonly unknownFields: UnknownFields;
  readonly said: readonly string[];
}

/** Surroundings of a test. */
export function fileSurroundings(fields: Partial<FileContext> = {}): FileSurroundings {
  const said: string[] = [];
  const log: Logger = new Loggers(({ text }) => void said.push(text), 0, LOGGER_NAMES.map(() => LogLevel.INFO), false)
    .logger("config");
  const loop = new HandLoop(), book = new StatBook();
  return {
    paths: new PathWatcher(loop, log),
    log,
    refusesUnknownFields: false,
    tolerateUnknownExtensions: false,
    ...fields,
    unknownFields: new UnknownFields(book.own.scope("server").counter("dynamic_unknown_fields"), log),
    loop,
    book,
    said,
  };
}

/** Those counters and gauges under `root` that are not zero, without the time of the last update. */
export function countsUnder(book: StatBook, root: string): Record<string, number> {
  return Object.fromEntries(
    book.statsUnder(`${root}.`)
      .map(({ name, value }): [string, number] => [name.slice(root.length + 1), value])
      .filter(([name, value]) => value !== 0 && !["update_time", "version", "update_duration"].includes(name)),
  );
}
