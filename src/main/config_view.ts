/** What the console's Config and Control plane pages see of this process: what `main` holds, as `admin` asks for it. */
import { createHash } from "node:crypto";
import type { ConfigSourceView, DiskBootstrap, ResourceStatus } from "../admin/config_source.ts";
import type { BootstrapFile } from "../admin/contract/config.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import type { ControlSide } from "../control/control_side.ts";
import type { ResourceHistory } from "../control/xds/resource_history.ts";
import type { SourceBook } from "../control/xds/source_book.ts";
import type { Transition } from "../control/timeline.ts";
import type { Options } from "./flags.ts";
import { resourcesOf } from "./resource_list.ts";

const READER = new URL("./disk_bootstrap.ts", import.meta.url);

/** This process, as those pages see it. */
export class ConfigView implements ConfigSourceView {
  readonly bootstrapPath: string;
  readonly bootstrapLoadedMs: number;
  readonly #options: Options;
  readonly #loaded: LoadedBootstrap;
  readonly #control: () => ControlSide | null;
  /** Of the file as it was when it was read; null = it could not be read again. */
  readonly #hash: Promise<string | null>;

  /** `path`: of the bootstrap; empty = it was given on the command line. To be made right after the bootstrap is read. */
  constructor(options: Options, path: string, loaded: LoadedBootstrap, control: () => ControlSide | null) {
    this.bootstrapPath = path;
    this.bootstrapLoadedMs = Date.now();
    this.#options = options;
    this.#loaded = loaded;
    this.#control = control;
    this.#hash = hashOfFile(path);
  }

  get sources(): SourceBook | null {
    return this.#control()?.sources ?? null;
  }

  get history(): ResourceHistory | null {
    return this.#control()?.history ?? null;
  }

  get transitions(): readonly Transition[] {
    return this.#control()?.timeline.items ?? [];
  }

  get revision(): string {
    const control = this.#control();
    if (control === null) return "0";
    const drains = Iterator.from(control.listening?.manager.draining ?? []).toArray().length;
    const parts = [control.history.revision, control.sources.revision, this.transitions.at(-1)?.id ?? 0, drains];
    return parts.map((part) => part.toString(36)).join("-");
  }

  resources(): Iterable<ResourceStatus> {
    return resourcesOf(this.#loaded, this.bootstrapLoadedMs, this.#control());
  }

  async bootstrapFile(): Promise<BootstrapFile> {
    const { bootstrapPath: path, bootstrapLoadedMs: loaded_ms } = this;
    if (path === "") return { path, loaded_ms, differs: false };
    const [then, now] = await Promise.all([this.#hash, hashOfFile(path)]);
    return { path, loaded_ms, differs: then === null || now === null ? null : then !== now };
  }

  readDisk(): Promise<DiskBootstrap> {
    return new Promise((resolve) => {
      const reader = new Worker(READER, { type: "module", name: "bootstrap" });
      const answer = (found: DiskBootstrap) => {
        reader.terminate();
        resolve(found);
      };
      reader.onmessage = ({ data }: MessageEvent<DiskBootstrap>) => answer(data);
      reader.onerror = (event) => {
        event.preventDefault();
        answer({ error: event.message });
      };
      reader.postMessage(this.#options);
    });
  }
}

async function hashOfFile(path: string): Promise<string | null> {
  if (path === "") return null;
  try {
    return createHash("sha1").update(await Deno.readFile(path)).digest("hex");
  } catch {
    return null;
  }
}
