/**
 * The answers of a cluster counted once more under the names that requests bring in `x-envoy-upstream-alt-stat-name`:
 * `cluster.<name>.<alt>.` (spec/http.md 1.14). A name appears with its first answer. From outside no such field is taken,
 * but who is inside may make up names too, and a stat stays until the process ends: so there are limits.
 *
 * Differs from Envoy: a cluster keeps no more than 256 names, none above 256 bytes; what comes under others is counted for
 * the cluster alone. Envoy keeps them all.
 */
import type { StatScope } from "../observe/stats/store.ts";
import { OriginStats } from "./origin_stats.ts";

/** Per worker. A name has up to some dozen stats and two histograms: all names together stay within a few megabytes. */
const MAX_NAMES = 256;
const MAX_NAME_BYTES = 256;

/** All names of one cluster. */
export class AltStats {
  readonly #scope: StatScope;
  readonly #byName = new Map<string, NamedAnswers>();

  constructor(scope: StatScope) {
    this.#scope = scope;
  }

  /** What is counted under a name; null = nothing. */
  find(name: string): NamedAnswers | null {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= MAX_NAMES || name.length > MAX_NAME_BYTES) return null;
    const made = new NamedAnswers(this.#scope.scopeAsWritten(name));
    this.#byName.set(name, made);
    return made;
  }
}

/** The answers under one name. */
export class NamedAnswers {
  readonly #scope: StatScope;
  readonly #all: OriginStats;
  #external: OriginStats | null = null;
  #internal: OriginStats | null = null;

  constructor(scope: StatScope) {
    this.#scope = scope;
    this.#all = new OriginStats(scope);
  }

  onAnswer(status: number, origin: "external" | "internal"): void {
    this.#all.onAnswer(status);
    this.#of(origin).onAnswer(status);
  }

  onTime(elapsedMs: number, origin: "external" | "internal"): void {
    this.#all.rqTime.record(elapsedMs);
    this.#of(origin).rqTime.record(elapsedMs);
  }

  #of(origin: "external" | "internal"): OriginStats {
    if (origin === "external") return this.#external ??= new OriginStats(this.#scope.scope(origin));
    return this.#internal ??= new OriginStats(this.#scope.scope(origin));
  }
}
