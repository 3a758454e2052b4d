/**
 * Watches directories: one watcher of the platform's for each, however many files in it are of interest, for as long as
 * anybody is interested. A directory that cannot be watched gives no events; whoever needs them looks by itself as well.
 */
import { errorText } from "../../base/errors.ts";
import { resolve } from "node:path";
import type { Logger } from "../../base/log.ts";
import type { EventLoop } from "../../transport/event_loop.ts";

/** Something changed in a watched directory. */
export interface PathEvent {
  /** Absolute. */
  readonly path: string;
  /** It was moved there, over what was there before. */
  readonly isMove: boolean;
}

/** Told of events as events of the loop. */
export type PathListener = (event: PathEvent) => void;

/** An interest in a directory. */
export interface PathWatch {
  close(): void;
}

/** One directory. */
interface WatchedDirectory {
  readonly listeners: Set<PathListener>;
  /** Null = it cannot be watched. */
  readonly platform: Deno.FsWatcher | null;
}

/** What else the platform tells is of no interest: files that are opened and closed. */
const CHANGES: ReadonlySet<Deno.FsEvent["kind"]> = new Set(["create", "modify", "rename", "other", "any"]);

export class PathWatcher {
  readonly #loop: EventLoop;
  readonly #log: Logger;
  readonly #directories = new Map<string, WatchedDirectory>();

  constructor(loop: EventLoop, log: Logger) {
    this.#loop = loop;
    this.#log = log;
  }

  /** Directories that are watched: a leak shows here. */
  get size(): number {
    return this.#directories.size;
  }

  /** Listens to a directory until the watch is closed. */
  watch(directory: string, listener: PathListener): PathWatch {
    const path = resolve(directory);
    let watched = this.#directories.get(path);
    if (watched === undefined) {
      watched = { listeners: new Set(), platform: this.#open(path) };
      this.#directories.set(path, watched);
      if (watched.platform !== null) void this.#listen(path, watched, watched.platform);
    }
    const { listeners, platform } = watched;
    // Two interests of one listener are two.
    const own: PathListener = (event) => listener(event);
    listeners.add(own);
    return {
      close: () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        this.#directories.delete(path);
        platform?.close();
      },
    };
  }

  #open(path: string): Deno.FsWatcher | null {
    try {
      return Deno.watchFs(path, { recursive: false });
    } catch (error) {
      this.#log.warning(`unable to add filesystem watch for file ${path}/: ${errorText(error)}`);
      return null;
    }
  }

  async #listen(path: string, { listeners }: WatchedDirectory, platform: Deno.FsWatcher): Promise<void> {
    try {
      for await (const { kind, paths } of platform) {
        // A move inside the directory is told twice, the second time with both names.
        const [changed] = paths;
        if (changed === undefined || paths.length > 1 || !CHANGES.has(kind)) continue;
        const event: PathEvent = { path: changed, isMove: kind === "rename" };
        for (const listener of [...listeners]) {
          if (listeners.has(listener)) this.#loop.runEvent(() => listener(event));
        }
      }
    } catch (error) {
      if (listeners.size > 0) this.#log.warning(`the watch of ${path} ended: ${errorText(error)}`);
    }
  }
}
