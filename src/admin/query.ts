/**
 * The query of an admin request as Envoy reads it: percent-decoded, `+` left alone (regular expressions use it), the
 * first of two equal keys counts, a flag is true by being there (spec/operations.md 4.7).
 */

/** More parameters than any endpoint has. */
const MAX_PARAMS = 1000;

export class AdminQuery {
  readonly #values = new Map<string, string>();

  /** `text` is what stands after `?`. */
  constructor(text: string) {
    for (const pair of text.split("&", MAX_PARAMS)) {
      if (pair === "") continue;
      const equals = pair.indexOf("=");
      const key = percentDecoded(equals < 0 ? pair : pair.slice(0, equals));
      if (!this.#values.has(key)) this.#values.set(key, equals < 0 ? "" : percentDecoded(pair.slice(equals + 1)));
    }
  }

  /** The value; empty counts as absent. */
  get(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  /** All keys with their values, which may be empty. */
  get pairs(): [key: string, value: string][] {
    return [...this.#values];
  }

  /** How many different parameters there are, empty ones too. */
  get size(): number {
    return this.#values.size;
  }

  /** Every parameter with a value, in order. */
  given(): [name: string, value: string][] {
    return [...this.#values].filter(([, value]) => value !== "");
  }

  /** Whether a flag is given, whatever its value: `usedonly=0` is true. */
  has(name: string): boolean {
    return this.#values.has(name);
  }
}

/** The text with `%XX` replaced; what is no valid escape stays as it is. */
export function percentDecoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
