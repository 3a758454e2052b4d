/** Runtime values of a control side of which a test turns the time by hand and hears what is published. */
import { Loggers, type LogRecord } from "../../src/base/log.ts";
import type { RuntimeRecord } from "../../src/config/runtime_layers.ts";
import { readTyped } from "../../src/config/runtime_yaml.ts";
import type { RuntimeLayerConfig } from "../../src/config/schema/runtime.ts";
import type { AdminOp } from "../../src/control/runtime/admin_values.ts";
import type { ChangeOutcome } from "../../src/control/runtime/admin_book.ts";
import type { ConfigParts } from "../../src/control/runtime/config_keys.ts";
import { LiveRuntime } from "../../src/control/runtime/live_runtime.ts";
import { PathWatcher } from "../../src/control/xds/path_watcher.ts";
import { StatBook } from "../../src/observe/stats/stat_book.ts";
import { HandLoop } from "./resource_files.ts";

/** What a test may want otherwise. */
export interface HandRuntimeStart {
  readonly layers?: readonly RuntimeLayerConfig[];
  readonly persistPath?: string;
  readonly config?: ConfigParts;
  readonly loop?: HandLoop;
}

export class HandRuntime implements AsyncDisposable {
  readonly loop: HandLoop;
  readonly book = new StatBook();
  readonly logged: string[] = [];
  /** All that went to workers. */
  readonly published: RuntimeRecord[] = [];
  readonly paths: PathWatcher;
  readonly runtime: LiveRuntime;

  constructor({ layers = [{ name: "admin", kind: "admin" }], persistPath = "", config, loop }: HandRuntimeStart = {}) {
    this.loop = loop ?? new HandLoop();
    const write = (record: LogRecord) => void this.logged.push(record.text);
    const loggers = new Loggers(write, 0, [], false);
    this.paths = new PathWatcher(this.loop, loggers.logger("config"));
    this.runtime = new LiveRuntime({
      layers,
      serviceCluster: "front",
      loop: this.loop,
      paths: this.paths,
      log: loggers.logger("runtime"),
      stats: this.book.own,
      persistPath,
      publish: (merged) => this.published.push(merged),
      config: { generation: 1, everything: () => config ?? { listeners: [], clusters: [], routes: [] } },
    });
  }

  /** Sets the admin layer's values, null = takes one away. */
  change(
    values: Readonly<Record<string, string | null>>,
    more: { actor?: string; base?: string | null; expiresInMs?: number; confirmWithinMs?: number; isDryRun?: boolean } =
      {},
  ): Promise<ChangeOutcome> {
    const { actor = "ana", base, expiresInMs, confirmWithinMs = null, isDryRun = false } = more;
    const expiresMs = expiresInMs === undefined ? null : this.loop.clock.wallMs() + expiresInMs;
    const ops = Object.entries(values).map(([key, value]): AdminOp => ({
      key,
      reading: value === null ? null : readTyped(value),
      ...base === undefined ? {} : { base },
      expiresMs: value === null ? null : expiresMs,
    }));
    return this.runtime.book.change({ ops, actor, source: "admin", reason: "why", confirmWithinMs, isDryRun });
  }

  /** Lets time pass, and what it brings be done. */
  async pass(ms: number): Promise<void> {
    this.loop.pass(ms);
    await this.settled();
  }

  /** Resolves when no change is under way. */
  async settled(): Promise<void> {
    await this.runtime.book.confirm("");
  }

  /** The value that counts; null = none. */
  effective(key: string): string | null {
    return this.runtime.stack.effective.get(key)?.reading.text ?? null;
  }

  stat(name: string): number {
    return this.book.valueOf(`runtime.${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runtime.close();
    this.loop.stop();
  }
}

/** A layer of values as a bootstrap has it. */
export function staticLayer(name: string, values: Readonly<Record<string, unknown>>): RuntimeLayerConfig {
  return { name, kind: "static", values };
}
