/** Chance against a fraction: the one rule by which all of them are drawn (spec/operations.md 7.6). */
import type { FractionConfig } from "../config/match_config.ts";

/**
 * Whether `random`, a whole number, falls within the fraction. The same number against the same fraction is always the
 * same answer, and a numerator of the denominator or more is always.
 */
export function isDrawn({ numerator, denominator }: FractionConfig, random: number): boolean {
  return random % denominator < numerator;
}
