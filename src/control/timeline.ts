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
}

/** Something that is not ready, and why. */
export interface Unready {
  readonly kind: SubjectKind;
  readonly name: string;
  /** `discovery`, `secrets`, `health_checking`: where it stands. */
  readonly phase: string;
  readonly version: string;
  /** Wall clock: when it began to warm. */
  readonly sinceMs: number;
  readonly waits: readonly Wait[];
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

const MAX_TRANSITIONS = 5000;

/** The transitions of late. */
export class Timeline {
  #items: Transition[] = [];
  #nextId = 1;

  /** Oldest first. */
  get items(): readonly Transition[] {
    return this.#items;
  }

  /** Notes one. */
  add(transition: Omit<Transition, "id" | "atMs">): void {
    this.#items.push({ ...transition, id: this.#nextId++, atMs: Date.now() });
    if (this.#items.length > MAX_TRANSITIONS) this.#items = this.#items.slice(-MAX_TRANSITIONS / 2);
  }
}
