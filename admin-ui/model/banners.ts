/**
 * The strips over every page: what changes the meaning of all below it (spec/console.md 4). Whoever knows of such a thing
 * adds a source; a source reads signals, so a banner comes, counts down and goes by itself.
 *
 * ```ts
 * banners.add(() => pending.value.map((change) => ({ id: `confirm/${change.id}`, level: "warn", text: … })));
 * ```
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Level } from "../../src/admin/contract/problem.ts";
import { LEVEL_ORDER } from "./overview.ts";

/** One strip. */
export interface Banner {
  /** Stable for as long as the reason lasts. */
  readonly id: string;
  /** Those of level `info` can be put away. */
  readonly level: Level;
  readonly text: string;
  /** Where to see more: a path of the console. */
  readonly link?: { readonly href: string; readonly text: string };
  readonly actions?: readonly BannerAction[];
}

/** Something to do about it, right there. */
export interface BannerAction {
  readonly label: string;
  readonly run: () => void;
  /** Why not now, in words. */
  readonly disabledReason?: string | null;
}

/** Says which banners hold now. */
export type BannerSource = () => readonly Banner[];

/** All sources, and what they amount to. */
export class Banners {
  readonly #sources = signal<readonly BannerSource[]>([]);
  readonly #dismissed = signal<ReadonlySet<string>>(new Set());
  readonly #shown: ReadonlySignal<readonly Banner[]>;

  constructor() {
    this.#shown = computed(() => {
      const dismissed = this.#dismissed.value;
      return this.#sources.value.flatMap((source) => source())
        .filter(({ id, level }) => level !== "info" || !dismissed.has(id))
        .sort((a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level]);
    });
  }

  /** The most pressing first. */
  get shown(): ReadonlySignal<readonly Banner[]> {
    return this.#shown;
  }

  /** Adds a source; the answer takes it out again. */
  add(source: BannerSource): () => void {
    this.#sources.value = [...this.#sources.peek(), source];
    return () => void (this.#sources.value = this.#sources.peek().filter((other) => other !== source));
  }

  /** Puts one away for as long as the page is open. */
  dismiss(id: string): void {
    this.#dismissed.value = new Set([...this.#dismissed.peek(), id]);
  }
}
