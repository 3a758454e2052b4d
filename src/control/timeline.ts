/**
 * What became of everything that warms: each change of state with its time and reason, the oldest forgotten first
 * (spec/operations.md 15.6). Admin and console read it; logs say no more.
 */

/** What has states. */
export type SubjectKind = "server" | "cluster" | "listener" | "route_config" | "secret" | "runtime_layer";

/** One change of state. */
export interface Transition {
  /** Rises by one. */
  readonly id: number;
  readonly kind: SubjectKind;
  readonly name: string;
  /** Empty = it was not there. */
  readonly from: string;
  /** Empty = it is no more. */
  readonly to: string;
  /** Wall clock. */
  readonly atMs: number;
  readonly reason: string;
  readonly version: string;
}

/** Something became what is served. */
export interface SwapRecord {
  /** Rises by one. */
  readonly id: number;
  readonly kind: SubjectKind;
  readonly name: string;
  /** Versions; empty = there was none, or it says none. */
  readonly from: string;
  readonly to: string;
  /** Wall clock. */
  readonly atMs: number;
  /** How long it was not ready. */
  readonly warmedMs: number;
}

/** What something waits for (spec/console.md Appendix B). */
export interface Wait {
  readonly kind: "dns" | "eds" | "sds" | "rds" | "srds" | "vhds" | "ecds" | "lds" | "cds" | "rtds" | "health_check";
  /** What is waited for: a name, a service, a secret, a host. */
  readonly subject: string;
  /** Where it shall come from; empty where that goes without saying. */
  readonly source: string;
  /** Wall clock. */
  readonly sinceMs: number;
  /** When the wait ends by itself; null = never. */
  readonly untilMs: number | null;
  /** Why the last attempt failed; empty = none did. */
  readonly lastError: string;
  /** Absent = nobody counts them. */
  readonly attempts?: number;
}

/** One phase of what warms. */
export interface Phase {
  /** `waiting`: for its turn. */
  readonly id: "discovery" | "secrets" | "health_checking" | "routes" | "waiting";
  /** Wall clock. */
  readonly sinceMs: number;
  /** Null = it is in it. */
  readonly tookMs: number | null;
  /** Of first checks: hosts that have a result, of so many. */
  readonly progress?: { readonly done: number; readonly total: number };
}

/** First checks of hosts, one by one: what `health_check k/n` is made of. */
export interface FirstChecks {
  /** Of each host without a result. */
  readonly waits: readonly Wait[];
  /** Of each host whose result is a failure: an answer all the same. */
  readonly failed: readonly { readonly host: string; readonly text: string }[];
}

/** Something that is not ready, and why. */
export interface Unready {
  readonly kind: SubjectKind;
  readonly name: string;
  /** `discovery`, `secrets`, `health_checking`: where it stands. */
  readonly phase: string;
  readonly version: string;
  /** Of the object that serves meanwhile; null = none does. */
  readonly activeVersion: string | null;
  /** Wall clock: when it began to warm. */
  readonly sinceMs: number;
  readonly phases: readonly Phase[];
  readonly waits: readonly Wait[];
  /** Absent = it checks no hosts now. */
  readonly checks?: FirstChecks;
  /** What cannot go on before it is ready, in words. */
  readonly blocks: readonly string[];
  /** Newer updates took its place before it was ready, so many times. */
  readonly superseded: number;
}

/** What stands under a name: at least one of the two is there, if anything is. */
export interface NamedObjects {
  readonly active: object | null;
  readonly warming: object | null;
}

/** In the words of spec/upstream.md 9.1; empty = nothing. */
export function stateOf({ active, warming }: NamedObjects): string {
  if (active === null) return warming === null ? "" : "warming";
  return warming === null ? "active" : "active+warming";
}

const MAX_TRANSITIONS = 5000, MAX_SWAPS = 200;

/** The transitions and swaps of late. */
export class Timeline {
  readonly #nowMs: () => number;
  #items: Transition[] = [];
  #swaps: SwapRecord[] = [];
  #nextId = 1;
  #onSwap: () => void = () => {};

  /** `nowMs`: wall clock. */
  constructor(nowMs: () => number = () => Date.now()) {
    this.#nowMs = nowMs;
  }

  /** Has `listener` told of each swap, from inside whatever swaps. */
  onSwap(listener: () => void): void {
    this.#onSwap = listener;
  }

  /** Oldest first. */
  get swaps(): readonly SwapRecord[] {
    return this.#swaps;
  }

  /** Notes that something serves from now on; `sinceMs`: since when it was not ready. */
  addSwap(
    { sinceMs, ...swap }: Pick<SwapRecord, "kind" | "name" | "from" | "to"> & { readonly sinceMs: number },
  ): void {
    const atMs = this.#nowMs();
    this.#swaps.push({ ...swap, id: this.#nextId++, atMs, warmedMs: Math.max(0, atMs - sinceMs) });
    if (this.#swaps.length > MAX_SWAPS) this.#swaps = this.#swaps.slice(-MAX_SWAPS / 2);
    this.#onSwap();
  }

  /** Oldest first. */
  get items(): readonly Transition[] {
    return this.#items;
  }

  /** Notes one. */
  add(transition: Omit<Transition, "id" | "atMs">): void {
    this.#items.push({ ...transition, id: this.#nextId++, atMs: this.#nowMs() });
    if (this.#items.length > MAX_TRANSITIONS) this.#items = this.#items.slice(-MAX_TRANSITIONS / 2);
  }
}
