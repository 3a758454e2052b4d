/** What the stats explorer asks by what the address says, and what it remembers of the answers. */

import type { StatItem } from "../../src/admin/contract/stats.ts";
import type { Values } from "./chart.ts";

/** Points of a line, and the seconds between two: five minutes. */
export const POINTS = 150;
export const EVERY_S = 2;

/** What is asked for; `query` reads the address. Names are those of the API. */
export function statsPath(query: (name: string) => string, limit: number): string {
  const given = ["q", "filter", "prefix", "type", "used", "changed"].map((name) => [name, query(name)]);
  const names = `${query("pin")},${encodeURIComponent(query("open"))}`;
  return `/stats?${new URLSearchParams([["limit", String(limit)], ["names", names], ...given])}`;
}

/** The pins of the address, with `name` among them or not any more. */
export function togglePin(pins: readonly string[], name: string): string {
  const others = pins.filter((pin) => pin !== name);
  return (others.length < pins.length ? others : [...pins, name]).map(encodeURIComponent).join();
}

/** Pinned names as they stand in the address. */
export function pinsOf(text: string): string[] {
  return text === "" ? [] : text.split(",").map(decodeURIComponent);
}

/** A line for each stat on screen, for as long as it is there: its rate, or the level of a gauge. */
export class StatHistory {
  #atMs = 0;
  #lines = new Map<string, Values>();

  /** Takes an answer of the server. */
  push(atMs: number, items: readonly StatItem[]): void {
    if (atMs === this.#atMs) return;
    // After a pause the line begins anew.
    const before = atMs - this.#atMs > EVERY_S * 5000 ? new Map<string, Values>() : this.#lines;
    this.#atMs = atMs;
    this.#lines = new Map(items.map(({ name, type, rate, value }) => {
      const latest = type === "gauge" ? Number(value) : rate;
      return [name, [...before.get(name) ?? [], latest].slice(-POINTS)];
    }));
  }

  /** Oldest first. */
  values(name: string): Values {
    return this.#lines.get(name) ?? [];
  }
}
