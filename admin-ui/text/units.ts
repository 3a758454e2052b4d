/**
 * Numbers as people read them: three significant digits with an SI prefix and a unit, and the exact value for hover.
 *
 * The rule it keeps (spec/console.md 9.2): what is not known is "–" and never 0, and a number that is not zero never
 * reads as zero. The text of one kind of number keeps about one width, so that nothing jumps from tick to tick.
 * Grouping and the decimal sign follow the reader's locale.
 */

/** What stands for a number nobody knows. */
export const UNKNOWN = "–";

/** A space that does not break: between a number and its unit. */
const GAP = "\u00a0";

/** A number ready to show: `text` and `unit` apart, so that they can differ in size, and `exact` for hover. */
export interface Figure {
  readonly text: string;
  readonly unit: string;
  readonly exact: string;
}

/** The figure of a number nobody knows yet. */
export const UNKNOWN_FIGURE: Figure = { text: UNKNOWN, unit: "", exact: "not known yet" };

const PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** Formats for one locale; `undefined` is the reader's own. */
export class NumberFormats {
  readonly #byDecimals: Intl.NumberFormat[];
  readonly #exact: Intl.NumberFormat;

  constructor(locale?: string) {
    this.#byDecimals = [0, 1, 2, 3].map((digits) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
    );
    this.#exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  }

  /** Every digit there is, grouped: `1,234,567`. */
  exact(value: number): string {
    return this.#exact.format(value);
  }

  /** A whole number, grouped, or with an SI prefix from 100,000 on: a count of things. */
  count(value: number | null | undefined): Figure {
    if (!isNumber(value)) return UNKNOWN_FIGURE;
    if (Math.abs(value) < 100_000) {
      return { text: this.#fixed(Math.round(value), 0), unit: "", exact: this.exact(value) };
    }
    const scaled = this.#scale(value);
    return { text: scaled.text, unit: scaled.prefix, exact: this.exact(value) };
  }

  /** Three significant digits and an SI prefix before `unit`: `1.24 k/s`. */
  quantity(value: number | null | undefined, unit: string): Figure {
    if (!isNumber(value)) return UNKNOWN_FIGURE;
    const scaled = this.#scale(value);
    return { text: scaled.text, unit: scaled.prefix + unit, exact: `${this.exact(value)}${GAP}${unit}` };
  }

  /** A ratio of 0..1 as percent: `0.42 %`. Below a hundredth of a percent it says so. */
  percent(ratio: number | null | undefined): Figure {
    if (!isNumber(ratio)) return UNKNOWN_FIGURE;
    const value = ratio * 100;
    const exact = `${this.exact(value)}${GAP}%`;
    if (value > 0 && value < 0.01) return { text: `<${this.#fixed(0.01, 2)}`, unit: "%", exact };
    if (value === 0 || value === 100) return { text: this.#fixed(value, 0), unit: "%", exact };
    // 99.98 % must not read as 100 %.
    const decimals = value < 10 ? 2 : 1;
    const shown = value < 100 ? Math.min(value, 100 - 10 ** -decimals) : value;
    return { text: this.#fixed(shown, decimals), unit: "%", exact };
  }

  /** A duration given in milliseconds, in the unit that fits: `0.84 ms`, `12.5 ms`, `1.20 s`, `2.5 min`. */
  duration(ms: number | null | undefined): Figure {
    if (!isNumber(ms)) return UNKNOWN_FIGURE;
    const exact = `${this.exact(ms)}${GAP}ms`;
    if (ms === 0) return { text: "0", unit: "ms", exact };
    if (ms < 999.5) return { text: this.#significant(Math.max(ms, 0.01)), unit: "ms", exact };
    if (ms < 120_000) return { text: this.#significant(ms / 1000), unit: "s", exact };
    return { text: this.#significant(ms / 60_000), unit: "min", exact };
  }

  #fixed(value: number, decimals: number): string {
    return (this.#byDecimals[decimals] ?? this.#exact).format(value);
  }

  #significant(value: number): string {
    const size = Math.abs(value);
    return this.#fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  }

  #scale(value: number): { text: string; prefix: string } {
    if (value === 0) return { text: "0", prefix: "" };
    let scaled = value;
    let step = 0;
    while (Math.abs(scaled) >= 999.5 && step < PREFIXES.length - 1) {
      scaled /= 1000;
      step++;
    }
    if (step === 0 && Math.abs(scaled) < 0.01) return { text: `<${this.#fixed(0.01, 2)}`, prefix: "" };
    return { text: this.#significant(scaled), prefix: PREFIXES[step] ?? "" };
  }
}

/** Formats in the reader's locale. */
export const numbers: NumberFormats = new NumberFormats();

/** `12.5 ms`: the figure as one string. */
export function joined(figure: Figure): string {
  return figure.unit === "" ? figure.text : figure.text + GAP + figure.unit;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
