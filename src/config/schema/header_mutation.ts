/** Header lists to add and to remove, as several messages have them (spec/http.md 2.9). */

import { z } from "zod";
import type { TextTemplate } from "../format/format_config.ts";
import type {
  HeaderAppendAction,
  HeaderLevelConfig,
  HeaderStepConfig,
  HeaderValueConfig,
} from "../header_mutation_config.ts";
import { addInvalid, addUnsupported, choice, flag, list, text } from "./field.ts";
import { stringMatcherSchema } from "./string_matcher.ts";
import { formatTextSchema } from "./substitution_format.ts";

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const optionSchema = z.strictObject({
  header: z.strictObject({ key: text(), value: formatTextSchema.optional(), raw_value: z.string().optional() }),
  append: z.boolean().optional(),
  append_action: choice(
    "APPEND_IF_EXISTS_OR_ADD",
    "ADD_IF_ABSENT",
    "OVERWRITE_IF_EXISTS_OR_ADD",
    "OVERWRITE_IF_EXISTS",
  ),
  keep_empty_value: flag(false),
});

/** `core.v3.HeaderValueOption`. */
export const headerValueOptionSchema = optionSchema.transform((message, context): HeaderValueConfig => {
  const { value, raw_value } = message.header;
  return readOption(message, raw_value === undefined ? value ?? [] : [latin1Of(raw_value)], context);
});

function readOption(
  message: z.output<typeof optionSchema>,
  value: TextTemplate,
  context: z.core.$RefinementCtx,
): HeaderValueConfig {
  const { key } = message.header;
  if (isProtected(key)) {
    addInvalid(context, message, ["header", "key"], ":-prefixed or host headers may not be modified");
  } else if (!HEADER_NAME.test(key)) {
    // Differs from Envoy: there every request comes to a 503 that says so.
    addInvalid(context, message, ["header", "key"], `invalid header name: ${key}`);
  }
  if (message.append !== undefined && message.append_action !== "APPEND_IF_EXISTS_OR_ADD") {
    addInvalid(context, message, [], "Both append and append_action are set and it's not allowed");
  }
  return {
    name: key.toLowerCase(),
    value,
    action: message.append === false ? "OVERWRITE_IF_EXISTS_OR_ADD" : message.append_action as HeaderAppendAction,
    keepsEmpty: message.keep_empty_value,
  };
}

/** `envoy.config.common.mutation_rules.v3.HeaderMutation`; as in Envoy a `raw_value` is not read here. */
export const headerStepSchema = z.strictObject({
  remove: z.string().optional(),
  remove_on_match: z.strictObject({ key_matcher: stringMatcherSchema }).optional(),
  append: optionSchema.transform((message, context) => readOption(message, message.header.value ?? [], context))
    .optional(),
}).transform((message, context): HeaderStepConfig => {
  const { append, remove_on_match } = message;
  if (append !== undefined) return { kind: "append", header: append };
  if (remove_on_match !== undefined) return { kind: "remove_matching", names: remove_on_match.key_matcher };
  const name = (message.remove ?? "").toLowerCase();
  if (isProtected(name)) {
    addUnsupported(context, message, ["remove"], `removal of ${name} is known to Envoy, not supported yet`);
  }
  return { kind: "remove", name };
});

/** The four fields of a level: `request_headers_to_add` and the like. */
export const headerMutationFields = {
  request_headers_to_add: list(headerValueOptionSchema),
  request_headers_to_remove: list(z.string()),
  response_headers_to_add: list(headerValueOptionSchema),
  response_headers_to_remove: list(z.string()),
} as const;

interface HeaderMutationFields {
  readonly request_headers_to_add: readonly HeaderValueConfig[];
  readonly request_headers_to_remove: readonly string[];
  readonly response_headers_to_add: readonly HeaderValueConfig[];
  readonly response_headers_to_remove: readonly string[];
}

/** What a level does to requests and to responses. */
export function headerMutationsOf(message: HeaderMutationFields, context: z.core.$RefinementCtx): HeaderLevelConfig {
  for (const field of ["request_headers_to_remove", "response_headers_to_remove"] as const) {
    message[field].forEach((name, index) => {
      if (!isProtected(name)) return;
      addInvalid(context, name, [field, index], ":-prefixed or host headers may not be removed");
    });
  }
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  return {
    requestHeaders: { remove: lower(message.request_headers_to_remove), add: message.request_headers_to_add },
    responseHeaders: { remove: lower(message.response_headers_to_remove), add: message.response_headers_to_add },
  };
}

/** What routing stands on may not be changed here. */
function isProtected(name: string): boolean {
  return name.startsWith(":") || name.toLowerCase() === "host";
}

/** `raw_value` is bytes, and its canonical form base64. */
function latin1Of(base64: string): string {
  return atob(base64);
}
