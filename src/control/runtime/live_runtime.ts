/**
 * Runtime values as main holds them: the layers and where each comes from, what they come to, and every change of them with
 * who made it (spec/operations.md 7, spec/console.md 6).
 *
 * ```
 *   static ─┐
 *   files ──┤   disk_layer.ts
 *   RTDS ───┼─▶ layer_stack.ts ─▶ one snapshot ─▶ all workers ─▶ acks: propagation.ts
 *   admin ──┘   admin_book.ts                  └▶ listeners: the console, the audit, the events
 * ```
 */
import type { Logger } from "../../base/log.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { readStruct } from "../../config/runtime_layers.ts";
import { isOfUse } from "../../config/runtime_text.ts";
import type { RuntimeLayerConfig, RuntimeStruct } from "../../config/schema/runtime.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { StatStore } from "../../observe/stats/store.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { PathWatcher } from "../xds/path_watcher.ts";
import { AdminBook, type AdminBookHost, type Outlook } from "./admin_book.ts";
import { AdminFile } from "./admin_file.ts";
import type { ChangeSource, RuntimeChange } from "./change_history.ts";
import { DiskLayer, type DiskOutcome } from "./disk_layer.ts";
import { isUnknownGuard, unknownGuardText } from "./feature_guards.ts";
import { type KeyKnowledge, KnownKeys } from "./known_keys.ts";
import type { ConfigParts } from "./config_keys.ts";
import { LayerStack, type LayerStatus, type LayerValues } from "./layer_stack.ts";
import { LoadStats } from "./load_stats.ts";
import { type Propagation, PropagationWatch } from "./propagation.ts";

/** What a {@link LiveRuntime} needs. */
export interface LiveRuntimeSettings {
  readonly layers: readonly RuntimeLayerConfig[];
  /** `node.cluster`, for `append_service_cluster`. */
  readonly serviceCluster: string;
  readonly loop: EventLoop;
  readonly paths: PathWatcher;
  readonly log: Logger;
  /** Of the whole process. */
  readonly stats: StatStore;
  /** File of `--runtime-admin-persist`; empty = edits end with the process. */
  readonly persistPath: string;
  /** Sends the values to workers, and returns the generation that they are in. */
  readonly publish: (merged: RuntimeRecord) => number;
  /** The configuration in force, and its generation. */
  readonly config: { readonly generation: number; everything(): ConfigParts };
}

/** Hears what happens to runtime values. */
export interface RuntimeListener {
  /** A change was made, or one became something else; `keys` are those that hold something else now. */
  onChange?(change: RuntimeChange, keys: readonly string[]): void;
  /** Layers have another state. */
  onLayers?(): void;
  onPropagation?(): void;
}

export class LiveRuntime {
  readonly book: AdminBook;
  readonly persistPath: string;
  readonly #settings: LiveRuntimeSettings;
  readonly #stack: LayerStack;
  readonly #stats: LoadStats;
  readonly #disks: DiskLayer[] = [];
  readonly #known: KnownKeys;
  readonly #propagation = new PropagationWatch();
  readonly #listeners = new Set<RuntimeListener>();
  /** `KEY WANT`, said once. */
  readonly #toldTypes = new Set<string>();
  /** Null = to be found out again. */
  #ignored: { readonly version: number; readonly keys: readonly string[] } | null = null;
  #revision = 1;

  /** Reads the files of disk layers and of kept overrides. Throws ConfigError. */
  constructor(settings: LiveRuntimeSettings) {
    const { layers, serviceCluster, loop, paths, log, stats, persistPath } = settings;
    this.#settings = settings;
    this.#known = new KnownKeys(settings.config);
    const stack = this.#stack = new LayerStack(layers, this.#wallMs());
    this.#stats = new LoadStats(stats.scope("runtime"));
    this.persistPath = stack.admin === null ? "" : persistPath;
    if (persistPath !== "" && stack.admin === null) {
      log.warning("--runtime-admin-persist has no effect: layered_runtime has no admin layer");
    }
    const file = this.persistPath === "" ? null : new AdminFile(persistPath);
    this.book = new AdminBook(this.#host(), loop.clock, loop.timers, file, log);
    this.book.load();
    for (const { name, disk } of layers) {
      if (disk === undefined) continue;
      const layer = new DiskLayer(disk, serviceCluster, loop, paths, (outcome) => this.#takeFiles(name, outcome));
      this.#disks.push(layer);
      this.#stack.set(name, this.#statusOf(name, layer.read()));
    }
    if (stack.admin !== null) stack.set(stack.admin.name, { values: this.book.counting });
    this.#load();
  }

  /** All layers in one, as the control side reads them. */
  get values(): RuntimeValues {
    return this.#stack.values;
  }

  /** The same, as workers get it. */
  get merged(): RuntimeRecord {
    return this.#stack.merged;
  }

  get stack(): Pick<LayerStack, "layers" | "effectiveLayers" | "effective" | "admin"> {
    return this.#stack;
  }

  /** Rises with every change of any layer. */
  get revision(): number {
    return this.#revision;
  }

  get propagation(): Propagation {
    return this.#propagation.now;
  }

  /** Keys whose value has a type that whoever reads them cannot use. */
  get ignored(): readonly string[] {
    const { version } = this.#known;
    if (this.#ignored?.version !== version) {
      const keys = [...this.#stack.effective].flatMap(([key, { reading }]) => {
        const want = this.#known.of(key)?.want;
        return want === undefined || isOfUse(want, reading) ? [] : [key];
      });
      this.#ignored = { version, keys };
    }
    return this.#ignored.keys;
  }

  /** What is known of keys. */
  get known(): KeyKnowledge {
    return this.#known;
  }

  /** Has `listener` told from now on, until the function it returns is called. */
  listen(listener: RuntimeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Workers are about to get the values for the first time. */
  publish(): void {
    this.#send();
  }

  /** All RTDS layers have had their first answers, or there are none. */
  endRtds(): void {
    this.#settings.log.info("RTDS has finished initialization");
    this.#load();
  }

  /** Values of an RTDS layer. */
  setRtds(name: string, values: RuntimeStruct, version: string): void {
    const status = { state: "ok", error: "", version, updatedMs: this.#wallMs() } as const;
    this.#takeLayer(name, "rtds", { ...status, values: readStruct(values) });
  }

  /** What came for an RTDS layer was not taken: what was there stays. */
  refuseRtds(name: string, error: string): void {
    this.#stack.set(name, { state: "error", error });
    this.#tell((listener) => listener.onLayers?.());
  }

  /** The workers serve these generations. */
  onAcks(generations: readonly number[]): void {
    if (!this.#propagation.look(generations, this.#settings.loop.clock.refresh())) return;
    this.#tell((listener) => listener.onPropagation?.());
  }

  /** Of a key, if a layer had this value; null = it had none. */
  outlook(layerName: string, key: string, text: string | null): Outlook {
    let above: { readonly name: string; readonly text: string } | null = null;
    let isAbove = true;
    for (const { name, values } of [...this.#stack.effectiveLayers].reverse()) {
      if (name === layerName) {
        isAbove = false;
        if (text !== null) return { text: above?.text ?? text, shadowedBy: above?.name ?? null };
        continue;
      }
      const reading = values.get(key);
      if (reading === undefined) continue;
      if (!isAbove) return { text: above?.text ?? reading.text, shadowedBy: above?.name ?? null };
      above ??= { name, text: reading.text };
    }
    return { text: above?.text ?? null, shadowedBy: above?.name ?? null };
  }

  /** Nothing goes on after it. */
  async close(): Promise<void> {
    for (const disk of this.#disks) disk.close();
    this.#listeners.clear();
    await this.book.close();
  }

  // ---- what layers have

  #host(): AdminBookHost {
    const admin = this.#stack.admin;
    return {
      hasAdminLayer: admin !== null,
      outlook: (key, text) => this.outlook(admin?.name ?? "", key, text),
      install: (values) => {
        this.#stack.set(admin?.name ?? "", { values, updatedMs: this.#wallMs() });
        this.#revision++;
        this.#load();
        return { revision: this.#revision, generation: this.#send() };
      },
      onChange: (change, keys) => this.#tell((listener) => listener.onChange?.(change, keys)),
    };
  }

  #takeFiles(name: string, outcome: DiskOutcome): void {
    this.#takeLayer(name, "disk", this.#statusOf(name, outcome));
  }

  #statusOf(name: string, outcome: DiskOutcome): LayerStatus & { readonly values: LayerValues } {
    const updatedMs = this.#wallMs(), none = { values: new Map(), version: "", updatedMs };
    if (outcome.kind === "read") return { ...none, state: "ok", error: "", values: outcome.tree.values };
    if (outcome.kind === "missing") return { ...none, state: "missing", error: "" };
    this.#settings.log.error(`error loading runtime values for layer ${name} from disk: ${outcome.reason}`);
    return { ...none, state: "error", error: outcome.reason };
  }

  /** A layer has other values from outside: a change like any other, where it is one. */
  #takeLayer(name: string, source: ChangeSource, status: LayerStatus & { readonly values: LayerValues }): void {
    const before = this.#stack.find(name);
    if (before === null) return;
    const old = before.values, effective = this.#stack.effective;
    const keys = [...new Set([...old.keys(), ...status.values.keys()])]
      .filter((key) => old.get(key)?.text !== status.values.get(key)?.text);
    this.#stack.set(name, status);
    if (keys.length > 0) this.#revision++;
    this.#load();
    const generation = this.#send();
    if (keys.length > 0) {
      const change: RuntimeChange = {
        id: this.book.takeId(),
        atMs: this.#wallMs(),
        revision: this.#revision,
        generation,
        actor: `${source} ${name}`,
        source,
        reason: status.version === "" ? "" : `version ${status.version}`,
        keys: keys.map((key) => {
          const after = status.values.get(key)?.text ?? null, outlook = this.outlook(name, key, after);
          return {
            key,
            before: old.get(key)?.text ?? null,
            after,
            effectiveBefore: effective.get(key)?.reading.text ?? null,
            effectiveAfter: outlook.text,
            shadowedBy: outlook.shadowedBy,
            expiresMs: null,
          };
        }),
        state: "applied",
        byId: null,
        confirmUntilMs: null,
      };
      this.book.history.add(change, new Map());
      this.#tell((listener) => listener.onChange?.(change, keys));
    }
    this.#tell((listener) => listener.onLayers?.());
  }

  #load(): void {
    const changed = this.#stack.merge();
    this.#ignored = null;
    this.#stats.loaded(this.#stack);
    this.#tellGuards();
    for (const key of changed) this.#tellType(key);
  }

  #send(): number {
    const generation = this.#settings.publish(this.#stack.merged);
    this.#propagation.published(generation, this.#settings.loop.clock.refresh());
    return generation;
  }

  #tellGuards(): void {
    const { log, stats } = this.#settings;
    for (const { kind, values } of this.#stack.layers) {
      if (kind !== "static" && kind !== "rtds") continue;
      for (const key of values.keys()) {
        if (!isUnknownGuard(key)) continue;
        log.error(unknownGuardText(key));
        stats.scope("server").counter("envoy_bug_failures").inc();
      }
    }
  }

  #tellType(key: string): void {
    const reading = this.#stack.effective.get(key)?.reading, want = this.#known.of(key)?.want;
    if (reading === undefined || want === undefined || isOfUse(want, reading)) return;
    const told = `${key} ${want}`;
    if (this.#toldTypes.has(told)) return;
    this.#toldTypes.add(told);
    this.#settings.log.warning(
      `runtime key ${JSON.stringify(key)} has the value ${JSON.stringify(reading.text)}, which is no ${want}: ` +
        "it is ignored, and the default is in force",
    );
  }

  #tell(call: (listener: RuntimeListener) => void): void {
    for (const listener of [...this.#listeners]) call(listener);
  }

  #wallMs(): number {
    const { clock } = this.#settings.loop;
    clock.refresh();
    return Math.floor(clock.wallMs());
  }
}
