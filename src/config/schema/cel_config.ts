/** `envoy.config.core.v3.CelExpressionConfig`: which functions CEL expressions have beside the usual ones. */

import { z } from "zod";
import type { CelOption } from "../../base/cel/expression.ts";
import { flag } from "./field.ts";

/** A `cel_config` field; nothing is switched on when it is absent. */
export const celConfigSchema: z.ZodType<readonly CelOption[]> = z.strictObject({
  enable_string_conversion: flag(false),
  enable_string_concat: flag(false),
  enable_string_functions: flag(false),
}).optional().transform((config): readonly CelOption[] => [
  ...config?.enable_string_conversion === true ? ["string_conversion" as const] : [],
  ...config?.enable_string_concat === true ? ["string_concat" as const] : [],
  ...config?.enable_string_functions === true ? ["string_functions" as const] : [],
]);
