/**
 * Runtime values as the data path asks for them: a flat map of keys that is replaced whole, so that a reader sees one
 * state or the next (spec/operations.md 7). Every value is read once, when it comes, into all the forms it has; a form
 * it has not gives the caller's default.
 */
import type { RuntimeFractionConfig } from "../config/match_config.ts";
import type { RuntimeRecord } from "../config/runtime_layers.ts";
import { readingOf } from "../config/runtime_reading.ts";
import type { RuntimeReading } from "../config/runtime_text.ts";
import { isDrawn } from "./fraction.ts";

export class RuntimeValues {
  /** Another number for other values, for those who keep what they have read. */
  generation = 0;
  #entries: ReadonlyMap<string, RuntimeReading>;

  constructor(values: RuntimeRecord = {}) {
    this.#entries = read(values);
  }

  /** Other values from now on, all of them. */
  replace(values: RuntimeRecord): void {
    this.generation++;
    this.#entries = read(values);
  }

  /** `getBoolean`: `true`, `false`, or a whole number of 32 bits other than 0 or not. */
  flag(key: string, byDefault: boolean): boolean {
    return this.#entries.get(key)?.flag ?? byDefault;
  }

  /** `getInteger`: a number from 0 up, rounded down. */
  number(key: string, byDefault: number): number {
    return this.#entries.get(key)?.whole ?? byDefault;
  }

  /** `getDouble`: any number. */
  double(key: string, byDefault: number): number {
    return this.#entries.get(key)?.double ?? byDefault;
  }

  /** The value as text, or null: there is none. */
  text(key: string): string | null {
    return this.#entries.get(key)?.text ?? null;
  }

  /**
   * `featureEnabled` with a `RuntimeFractionalPercent`: whether `random` falls within the key's fraction, or the
   * configured one. A plain number at the key is percent, whatever the configured denominator.
   */
  fraction(config: RuntimeFractionConfig, random: number): boolean {
    const entry = config.runtimeKey === "" ? undefined : this.#entries.get(config.runtimeKey);
    if (entry === undefined) return isDrawn(config, random);
    if (entry.fraction !== null) return isDrawn(entry.fraction, random);
    return entry.whole === null ? isDrawn(config, random) : random % 100 < entry.whole;
  }

  /** `featureEnabled` with a percentage: whether `random` falls within it. */
  percent(key: string, byDefault: number, random: number): boolean {
    return random % 100 < this.number(key, byDefault);
  }
}

function read(values: RuntimeRecord): ReadonlyMap<string, RuntimeReading> {
  return new Map(Object.entries(values).map(([key, value]) => [key, readingOf(value)]));
}
