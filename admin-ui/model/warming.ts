/**
 * What is not ready: the topic `warming` as one view that frames keep up to date, and what the page makes of it. How long
 * something has waited, and may still, is counted by the server's clock, which the caller hands in.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type {
  TimelineItem,
  WaitItem,
  WarmingFrame,
  WarmingItem,
  WarmingPhase,
  WarmingSubject,
  WarmingView,
} from "../../src/admin/contract/warming.ts";

/** The timeline's length. */
export const TIMELINE_MS = 15 * 60_000;

/** Swaps that are kept. */
const MAX_SWAPS = 50;

/** `cluster/web`. */
export function keyOf({ subject, name }: { readonly subject: WarmingSubject; readonly name: string }): string {
  return `${subject}/${name}`;
}

/** The latest view; null until the first snapshot. */
export class WarmingModel {
  readonly #shown = signal<WarmingView | null>(null);
  #view: WarmingView | null = null;

  get view(): ReadonlySignal<WarmingView | null> {
    return this.#shown;
  }

  /** Takes one frame. One with an `op` of a later version changes nothing. */
  apply(frame: WarmingFrame): void {
    if (frame.op === "snapshot") this.#view = frame.data;
    else if (this.#view !== null) this.#view = changed(this.#view, frame);
  }

  /** Forgets everything: the process behind is another one. */
  clear(): void {
    this.#view = null;
  }

  /** Shows what came in. */
  publish(): void {
    this.#shown.value = this.#view;
  }
}

function changed(view: WarmingView, frame: Exclude<WarmingFrame, { op: "snapshot" }>): WarmingView {
  switch (frame.op) {
    case "upsert": {
      const others = view.items.filter((item) => keyOf(item) !== frame.key);
      return { ...view, items: [...others, frame.data].sort((a, b) => a.since_ms - b.since_ms) };
    }
    case "remove": {
      const items = view.items.filter((item) => keyOf(item) !== frame.key);
      const isNew = frame.swap !== null && view.swaps.every(({ id }) => id !== frame.swap!.id);
      return { ...view, items, swaps: isNew ? [frame.swap!, ...view.swaps].slice(0, MAX_SWAPS) : view.swaps };
    }
    case "totals":
      return { ...view, total: frame.total, refused: frame.refused };
    case "server":
      return { ...view, server: frame.data };
    case "timeline": {
      const latestMs = frame.data.at(-1)?.at_ms ?? 0;
      const kept = view.timeline.filter(({ at_ms }) => at_ms >= latestMs - TIMELINE_MS);
      return { ...view, timeline: [...kept, ...frame.data] };
    }
    default:
      return view;
  }
}

/** Items that hold this one up: what its own blocks say, read the other way. */
export function heldBy(item: WarmingItem, items: readonly WarmingItem[]): WarmingItem[] {
  const key = keyOf(item);
  return items.filter(({ blocks }) => blocks.some((block) => keyOf(block) === key));
}

/** The first end that is in sight: ms still to go; null = none of its waits ends by itself, or it waits for nothing. */
export function timeLeft({ waiting_for }: WarmingItem, nowMs: number): number | null {
  const deadlines = waiting_for.flatMap(({ deadline_ms }) => deadline_ms ?? []);
  return deadlines.length === 0 || deadlines.length < waiting_for.length
    ? null
    : Math.max(0, Math.max(...deadlines) - nowMs);
}

/** Its hint is to be shown: it is older than 15 s, has failed, or will never end. */
export function needsHint({ since_ms, last_error, deadline_ms, kind }: WaitItem, nowMs: number): boolean {
  return last_error !== "" || nowMs - since_ms > 15_000 || (deadline_ms === null && kind !== "dns");
}

/** Phases of a bar; `start` is the server's. */
export type BarPhase = WarmingPhase["id"] | "start";

/** Something that was not ready, from when to when; `endMs` null = it still is not. */
export interface Bar {
  readonly phase: BarPhase;
  readonly startMs: number;
  readonly endMs: number | null;
}

/** A subject's line in the timeline. */
export interface Lane {
  readonly subject: WarmingSubject;
  readonly name: string;
  readonly bars: readonly Bar[];
  /** When it changed without warming: removed, refused. */
  readonly marks: readonly number[];
  /** Changes of the last 15 minutes. */
  readonly changes: number;
}

/** A line for everything that changed in the window or is not ready, those that are not ready first. */
export function lanesOf(view: Pick<WarmingView, "items" | "timeline">, nowMs: number): Lane[] {
  const startMs = nowMs - TIMELINE_MS;
  const byKey = new Map<string, TimelineItem[]>();
  for (const item of view.timeline) {
    if (item.at_ms < startMs) continue;
    const of = byKey.get(keyOf(item));
    if (of === undefined) byKey.set(keyOf(item), [item]);
    else of.push(item);
  }
  const open = new Map(view.items.map((item) => [keyOf(item), item]));
  for (const key of open.keys()) if (!byKey.has(key)) byKey.set(key, []);
  const lanes = Array.from(byKey, ([key, items]) => laneOf(key, items, open.get(key) ?? null, startMs));
  return lanes.sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || lastOf(b) - lastOf(a));
}

function laneOf(key: string, items: readonly TimelineItem[], open: WarmingItem | null, startMs: number): Lane {
  const at = key.indexOf("/"), subject = key.slice(0, at) as WarmingSubject, name = key.slice(at + 1);
  const bars: Bar[] = [], marks: number[] = [];
  let current: { phase: BarPhase; startMs: number } | null = null;
  for (const { from, to, at_ms } of items) {
    // What began before the window is in it from its edge on.
    if (current === null && bars.length === 0 && phaseAt(subject, from) !== null) {
      current = { phase: phaseAt(subject, from)!, startMs };
    }
    if (current !== null) bars.push({ ...current, endMs: at_ms });
    const phase = phaseAt(subject, to);
    if (current === null && phase === null) marks.push(at_ms);
    current = phase === null ? null : { phase, startMs: at_ms };
  }
  if (open !== null && current === null) {
    const phase = open.phases.at(-1)?.id ?? "waiting";
    current = { phase: subject === "server" ? "start" : phase, startMs: Math.max(startMs, open.since_ms) };
  }
  if (current !== null && open !== null) bars.push({ ...current, endMs: null });
  return { subject, name, bars, marks, changes: items.length };
}

/** In which phase something is that is in that state; null = it is in none. */
function phaseAt(subject: WarmingSubject, state: string): BarPhase | null {
  if (state === "health_checking") return "health_checking";
  if (state === "discovery") return "discovery";
  if (subject === "server") return state === "" || state === "active" ? null : "start";
  if (state !== "warming" && state !== "active+warming") return null;
  return subject === "cluster" ? "discovery" : "routes";
}

function isOpen({ bars }: Lane): boolean {
  return bars.some(({ endMs }) => endMs === null);
}

function lastOf({ bars, marks }: Lane): number {
  return Math.max(0, ...bars.map(({ endMs, startMs }) => endMs ?? startMs), ...marks);
}
