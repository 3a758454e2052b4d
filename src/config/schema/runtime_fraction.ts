/** `FractionalPercent` and `RuntimeFractionalPercent` (spec/http.md 2.2, spec/operations.md 7.7). */

import { z } from "zod";
import type { FractionConfig, RuntimeFractionConfig } from "../match_config.ts";
import { choice, number, text } from "./field.ts";

const DENOMINATORS = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;

/** `envoy.type.v3.FractionalPercent`. */
export const fractionalPercentSchema = z.strictObject({
  numerator: number(0),
  denominator: choice("HUNDRED", "TEN_THOUSAND", "MILLION"),
}).transform(({ numerator, denominator }): FractionConfig => ({
  numerator,
  denominator: DENOMINATORS[denominator],
}));

/** `envoy.config.core.v3.RuntimeFractionalPercent`. */
export const runtimeFractionSchema = z.strictObject({
  default_value: fractionalPercentSchema,
  runtime_key: text(),
}).transform(({ default_value, runtime_key }): RuntimeFractionConfig => ({
  ...default_value,
  runtimeKey: runtime_key,
}));
