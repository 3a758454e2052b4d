/**
 * A runtime layer of files, read anew whenever they change (spec/operations.md 7.1, 7.2):
 *
 * ```
 *   a link moved over `symlink_root`, or `..data` within it ─────────────────────────▶ read at once
 *   anything else in the tree, or beside the root ──▶ 200 ms of quiet ──▶ read
 * ```
 *
 * Differs from Envoy: it notices only the move over `symlink_root`; here files may be edited in place, and a ConfigMap be
 * the root.
 */
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError } from "../../base/errors.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { DiskLayerConfig } from "../../config/schema/runtime.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { PathEvent, PathWatch, PathWatcher } from "../xds/path_watcher.ts";
import { type DiskTree, DiskTreeError, readDiskTree } from "./disk_tree.ts";

/** Who edits in place writes several files, each in pieces. */
const QUIET_MS = 200;

/** What became of reading the files. */
export type DiskOutcome =
  | { readonly kind: "read"; readonly tree: DiskTree }
  /** There is no such directory: no such layer. */
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly reason: string };

export class DiskLayer {
  readonly #root: string;
  readonly #directory: string;
  readonly #paths: PathWatcher;
  readonly #onChange: (outcome: DiskOutcome) => void;
  readonly #quiet: Timer;
  /** By directory. */
  #watches = new Map<string, PathWatch>();
  #isClosed = false;

  /** `onChange` hears of every reading after the first. Throws ConfigError: there is nothing that could be watched. */
  constructor(
    { symlinkRoot, subdirectory, appendServiceCluster }: DiskLayerConfig,
    serviceCluster: string,
    loop: EventLoop,
    paths: PathWatcher,
    onChange: (outcome: DiskOutcome) => void,
  ) {
    this.#root = resolve(symlinkRoot);
    const directory = join(this.#root, subdirectory);
    this.#directory = appendServiceCluster ? join(directory, serviceCluster) : directory;
    this.#paths = paths;
    this.#onChange = onChange;
    this.#quiet = new Timer(loop.timers, () => this.#reload());
    if (!isThere(dirname(this.#root))) {
      const reason = `unable to add filesystem watch for file ${symlinkRoot}: No such file or directory`;
      throw new ConfigError([{ path: "", reason }]);
    }
  }

  /** Reads the files as they are, and watches them from now on. */
  read(): DiskOutcome {
    const outcome = readOutcome(this.#directory);
    this.#watch(outcome.kind === "read" ? outcome.tree.directories : []);
    return outcome;
  }

  close(): void {
    this.#isClosed = true;
    this.#quiet.cancel();
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }

  #reload(): void {
    this.#quiet.cancel();
    if (!this.#isClosed) this.#onChange(this.read());
  }

  /** The directory of the root, and all that were read; a swapped link has others behind the same paths. */
  #watch(directories: readonly string[]): void {
    const before = this.#watches;
    this.#watches = new Map();
    const wanted = new Set([dirname(this.#root), ...directories.map(realPath)]);
    for (const directory of wanted) {
      const watch = before.get(directory) ?? this.#paths.watch(directory, (event) => this.#onEvent(directory, event));
      before.delete(directory);
      this.#watches.set(directory, watch);
    }
    for (const watch of before.values()) watch.close();
  }

  #onEvent(directory: string, { path, isMove }: PathEvent): void {
    if (this.#isClosed) return;
    const name = basename(path);
    if (directory === dirname(this.#root) && !directory.startsWith(this.#directory)) {
      if (isMove && name === basename(this.#root)) return this.#reload();
      if (name !== basename(this.#root) && name !== "..data") return;
    }
    if (isMove && name === "..data") this.#reload();
    else this.#quiet.arm(QUIET_MS);
  }
}

function readOutcome(directory: string): DiskOutcome {
  try {
    const tree = readDiskTree(directory);
    return tree === null ? { kind: "missing" } : { kind: "read", tree };
  } catch (error) {
    if (!(error instanceof DiskTreeError)) throw error;
    return { kind: "failed", reason: error.message };
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
