/**
 * The values of the admin layer as a book that is never written in, only replaced: what a set of operations makes of it, and
 * what comes back when one is taken back (spec/console.md 6.8, 6.9, Appendix D).
 */
import type { RuntimeReading } from "../../config/runtime_text.ts";

/** One value, with who set it. */
export interface AdminEntry {
  readonly reading: RuntimeReading;
  readonly setBy: string;
  readonly setMs: number;
  readonly reason: string;
  /** Null = it stays. */
  readonly expiresMs: number | null;
  /** What comes back when it expires; null = nothing, or it stays. */
  readonly previous: AdminEntry | null;
  readonly changeId: string;
}

/** By key. */
export type AdminValues = ReadonlyMap<string, AdminEntry>;

/** One operation. */
export interface AdminOp {
  readonly key: string;
  /** Null = take the value away. */
  readonly reading: RuntimeReading | null;
  /** What the key is thought to have, null = nothing; absent = whatever it has. */
  readonly base?: string | null;
  readonly expiresMs: number | null;
}

/** Of whom the values are that operations make. */
export interface ChangeAuthor {
  readonly changeId: string;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Somebody else was there first. */
export interface StaleOp {
  readonly key: string;
  readonly base: string | null;
  /** Null = the key has nothing now. */
  readonly current: AdminEntry | null;
}

/** Operations that were thought of for other values than there are. */
export function conflictsOf(values: AdminValues, ops: readonly AdminOp[]): StaleOp[] {
  return ops.flatMap(({ key, base }): StaleOp[] => {
    const current = values.get(key) ?? null;
    return base === undefined || base === (current?.reading.text ?? null) ? [] : [{ key, base, current }];
  });
}

/** The book after these operations. */
export function withOps(values: AdminValues, ops: readonly AdminOp[], author: ChangeAuthor): AdminValues {
  const next = new Map(values);
  for (const { key, reading, expiresMs } of ops) {
    if (reading === null) next.delete(key);
    else next.set(key, entryOf(reading, expiresMs, next.get(key) ?? null, author));
  }
  return next;
}

/** The book with what was there before at these keys; null = nothing was. */
export function withRestored(
  values: AdminValues,
  before: Iterable<readonly [key: string, entry: AdminEntry | null]>,
  nowMs: number,
): AdminValues {
  const next = new Map(values);
  for (const [key, entry] of before) {
    const alive = entry !== null && isOver(entry, nowMs) ? entry.previous : entry;
    if (alive === null) next.delete(key);
    else next.set(key, alive);
  }
  return next;
}

/** Keys whose time is up, with what comes back. */
export function expiredAt(values: AdminValues, nowMs: number): Map<string, AdminEntry | null> {
  const expired = new Map<string, AdminEntry | null>();
  for (const [key, entry] of values) if (isOver(entry, nowMs)) expired.set(key, entry.previous);
  return expired;
}

/** When the next value expires; null = all stay. */
export function nextExpiryMs(values: AdminValues): number | null {
  let next: number | null = null;
  for (const { expiresMs } of values.values()) {
    if (expiresMs !== null && (next === null || expiresMs < next)) next = expiresMs;
  }
  return next;
}

function isOver({ expiresMs }: AdminEntry, nowMs: number): boolean {
  return expiresMs !== null && expiresMs <= nowMs;
}

/** What is there for a time only is nothing to come back to: whoever prolongs it gets what was there before all of it. */
function entryOf(
  reading: RuntimeReading,
  expiresMs: number | null,
  current: AdminEntry | null,
  { changeId, actor, reason, atMs }: ChangeAuthor,
): AdminEntry {
  const lasting = current === null || current.expiresMs === null ? current : current.previous;
  const previous = expiresMs === null || lasting === null ? null : { ...lasting, previous: null };
  return { reading, setBy: actor, setMs: atMs, reason, expiresMs, previous, changeId };
}
