/**
 * Runtime values as the data path asks for them: a flat map of keys that is replaced whole, so that a reader sees one
 * state or the next (spec/operations.md 7). Every value is read once, when it comes, into all the forms it has; a form
 * it has not gives the caller's default.
 */
import type { FractionConfig, RuntimeFractionConfig } from "../config/match_config.ts";
import type { RuntimeRecord, RuntimeValue } from "../config/runtime_layers.ts";
import { isDrawn } from "./fraction.ts";

/** One value in all its forms; null = it has not that form. */
interface RuntimeEntry {
  readonly text: string;
  readonly flag: boolean | null;
  /** Without a sign and rounded down. */
  readonly whole: number | null;
  readonly double: number | null;
  readonly fraction: FractionConfig | null;
}

/** A number in text: sign and the rest, which is decimal or a hexadecimal whole number. */
const NUMBER = /^[ \t\n\v\f\r]*([-+]?)((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0[xX][0-9a-fA-F]+)[ \t\n\v\f\r]*$/;
const MAX_UINT64 = 2 ** 64 - 1;
const INT32 = 2 ** 31;

export class RuntimeValues {
  /** Another number for other values, for those who keep what they have read. */
  generation = 0;
  #entries: ReadonlyMap<string, RuntimeEntry>;

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

function read(values: RuntimeRecord): ReadonlyMap<string, RuntimeEntry> {
  return new Map(Object.entries(values).map(([key, value]) => [key, entryOf(value)]));
}

function entryOf(value: RuntimeValue): RuntimeEntry {
  switch (typeof value) {
    case "boolean":
      return { text: String(value), flag: value, whole: null, double: null, fraction: null };
    case "number":
      return numberEntry(value, String(value));
    case "string": {
      const [, sign, digits] = NUMBER.exec(value) ?? [];
      if (digits === undefined) return { text: value, flag: null, whole: null, double: null, fraction: null };
      return numberEntry(sign === "-" ? -Number(digits) : Number(digits), value);
    }
    default:
      return { text: JSON.stringify(value), flag: null, whole: null, double: null, fraction: value };
  }
}

function numberEntry(value: number, text: string): RuntimeEntry {
  const isInt32 = Number.isInteger(value) && value >= -INT32 && value < INT32;
  return {
    text,
    flag: isInt32 ? value !== 0 : null,
    whole: value >= 0 && value <= MAX_UINT64 ? Math.floor(value) : null,
    double: value,
    fraction: null,
  };
}
