/**
 * Keeps the admin layer over a restart: written beside, synced and moved, so that there is always one whole file
 * (spec/console.md 6.13).
 */
import { dirname } from "node:path";
import { ConfigError, errorText } from "../../base/errors.ts";
import {
  type OverrideEntry,
  type OverridesFile,
  type OverrideValue,
  readOverrides,
} from "../../config/runtime_overrides.ts";
import { readTyped } from "../../config/runtime_yaml.ts";
import type { AdminEntry, AdminValues } from "./admin_values.ts";

/** What the file holds. */
export interface AdminState {
  readonly lastChange: number;
  readonly isParked: boolean;
  readonly values: AdminValues;
  /** Change sets that wait to be kept, with what was there before. */
  readonly pending: readonly PendingChange[];
}

/** A change set that goes back unless it is kept. */
export interface PendingChange {
  readonly id: string;
  readonly before: ReadonlyMap<string, AdminEntry | null>;
}

const NOTHING: AdminState = { lastChange: 0, isParked: false, values: new Map(), pending: [] };

export class AdminFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What was saved last. Throws ConfigError: it is there and makes no sense. */
  load(): AdminState {
    let text: string;
    try {
      text = Deno.readTextFileSync(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return NOTHING;
      throw new ConfigError([{ path: "", reason: `Cannot read ${this.path}: ${errorText(error)}` }]);
    }
    const file = readOverrides(text, this.path);
    return {
      lastChange: file.last_change,
      isParked: file.is_parked,
      values: new Map(file.values.map(([key, entry]) => [key, entryOf(entry)])),
      pending: file.pending.map(({ change_id, before }) => ({
        id: change_id,
        before: new Map(before.map(([key, entry]) => [key, entry === null ? null : entryOf(entry)])),
      })),
    };
  }

  /** Resolves when it is on the disk. */
  async save(state: AdminState): Promise<void> {
    const beside = `${this.path}.new`;
    const file = await Deno.open(beside, { write: true, create: true, truncate: true, mode: 0o600 });
    try {
      const bytes = new TextEncoder().encode(`${JSON.stringify(fileOf(state), null, 1)}\n`);
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(beside, this.path);
    using directory = await Deno.open(dirname(this.path));
    await directory.sync();
  }
}

function fileOf({ lastChange, isParked, values, pending }: AdminState): OverridesFile {
  return {
    version: 1,
    last_change: lastChange,
    is_parked: isParked,
    values: Array.from(values, ([key, entry]) => [key, overrideOf(entry)]),
    pending: pending.map(({ id, before }) => ({
      change_id: id,
      before: Array.from(before, ([key, entry]) => [key, entry === null ? null : overrideOf(entry)]),
    })),
  };
}

function overrideOf(entry: AdminEntry): OverrideEntry {
  const { expiresMs, previous } = entry;
  return { ...valueOf(entry), expires_ms: expiresMs, previous: previous === null ? null : valueOf(previous) };
}

function valueOf({ reading, setBy, setMs, reason, changeId }: AdminEntry): OverrideValue {
  return { value: reading.text, set_by: setBy, set_ms: setMs, reason, change_id: changeId };
}

function entryOf({ expires_ms, previous, ...value }: OverrideEntry): AdminEntry {
  return { ...lastingOf(value), expiresMs: expires_ms, previous: previous === null ? null : lastingOf(previous) };
}

function lastingOf({ value, set_by, set_ms, reason, change_id }: OverrideValue): AdminEntry {
  return {
    reading: readTyped(value),
    setBy: set_by,
    setMs: set_ms,
    reason,
    expiresMs: null,
    previous: null,
    changeId: change_id,
  };
}
