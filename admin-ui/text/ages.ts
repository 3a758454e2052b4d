/**
 * Times as people say them: how long ago, how long still, and the wall clock. Two units at most ("3 d 4 h"), because
 * a third is noise. Every relative time has an absolute one for hover (spec/console.md 9.2), with the UTC form beside.
 */

import { type Signal, signal } from "@preact/signals";

/** Whose time clocks show. Reading a clock subscribes, so that all turn over together. */
export const clockZone: Signal<"local" | "utc"> = signal("local");

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const GAP = "\u00a0";

/** A length of time: `0 s`, `42 s`, `4 min`, `1 h 5 min`, `3 d 4 h`. Negative counts as none: clocks differ. */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))}${GAP}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${GAP}min`;
  if (ms < DAY) return pair(Math.floor(ms / HOUR), "h", Math.floor((ms % HOUR) / MINUTE), "min");
  return pair(Math.floor(ms / DAY), "d", Math.floor((ms % DAY) / HOUR), "h");
}

/** How long ago, with words: `just now` below two seconds, else `4 min ago`. */
export function ago(ms: number): string {
  return ms < 2 * SECOND ? "just now" : `${span(ms)} ago`;
}

/** The wall clock of a moment in the reader's zone: `14:03:11`. */
export function clock(epochMs: number): string {
  const at = new Date(epochMs);
  if (clockZone.value === "utc") return at.toISOString().slice(11, 19);
  return local(at);
}

function local(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Date, local time and UTC of a moment, for hover. */
export function moment(epochMs: number): string {
  const at = new Date(epochMs);
  return `${at.toLocaleDateString()} ${local(at)} local, ${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}${GAP}${largeUnit}`;
  return small === 0 ? head : `${head} ${small}${GAP}${smallUnit}`;
}
