/** The connection manager's fields about paths and hosts (spec/http.md 1.8, 1.9). */

import { z } from "zod";
import { ESCAPED_SLASHES_ACTIONS, type NormalizationConfig } from "../forwarding_config.ts";
import { addInvalid, choice, flag } from "./field.ts";

/** As members of the manager's message. */
export const normalizationFields = {
  normalize_path: z.boolean().optional(),
  merge_slashes: flag(false),
  path_with_escaped_slashes_action: choice(...ESCAPED_SLASHES_ACTIONS),
  strip_matching_host_port: flag(false),
  strip_any_host_port: flag(false),
  strip_trailing_host_dot: flag(false),
};

/** What they say together. */
export function readNormalization(
  message: z.output<z.ZodObject<typeof normalizationFields>>,
  context: z.core.$RefinementCtx,
): NormalizationConfig {
  const { strip_matching_host_port: stripsOwn, strip_any_host_port: stripsAny } = message;
  if (stripsOwn && stripsAny) {
    const reason = "Error: Only one of `strip_matching_host_port` or `strip_any_host_port` can be set.";
    addInvalid(context, message, ["strip_any_host_port"], reason);
  }
  return {
    normalizePath: message.normalize_path ?? null,
    mergeSlashes: message.merge_slashes,
    escapedSlashes: message.path_with_escaped_slashes_action,
    stripPort: stripsAny ? "any" : stripsOwn ? "matching" : "none",
    stripTrailingHostDot: message.strip_trailing_host_dot,
  };
}
