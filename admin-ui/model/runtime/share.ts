/**
 * Percent values as a slider has them: so many of a hundred, of ten thousand, of a million. A text that a slider cannot
 * show is left to the text field, and no text is written anew unless the slider is moved.
 */

import type { RuntimeType } from "../../../src/admin/contract/runtime.ts";
import { formsOf } from "../../../src/admin/contract/runtime_check.ts";

/** So many of so many. */
export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

/** Denominators by their names in configuration. */
export const DENOMINATORS: readonly { readonly size: number; readonly name: string; readonly word: string }[] = [
  { size: 100, name: "HUNDRED", word: "of 100" },
  { size: 10_000, name: "TEN_THOUSAND", word: "of 10 000" },
  { size: 1_000_000, name: "MILLION", word: "of 1 000 000" },
];

/** The share that a text is to who reads it as `type`; null = a slider cannot show it. */
export function shareOf(type: RuntimeType, text: string): Share | null {
  const forms = formsOf(text);
  if (forms === null) return null;
  if (type === "fraction" && forms.fraction !== undefined) return forms.fraction;
  return forms.uint === undefined ? null : { numerator: forms.uint, denominator: 100 };
}

/** The text of a share: a plain number of percent where that does. */
export function shareText({ numerator, denominator }: Share): string {
  if (denominator === 100) return String(numerator);
  const name = DENOMINATORS.find(({ size }) => size === denominator)?.name ?? "HUNDRED";
  return `{numerator: ${numerator}, denominator: ${name}}`;
}

/** The same share of another denominator, as near as it gets. */
export function withDenominator({ numerator, denominator }: Share, next: number): Share {
  return { numerator: Math.round(numerator / denominator * next), denominator: next };
}

/** A number as somebody typed it, held between the ends. */
export function withNumerator(share: Share, typed: number): Share {
  const numerator = Number.isFinite(typed) ? Math.min(share.denominator, Math.max(0, Math.round(typed))) : 0;
  return { ...share, numerator };
}
