/** `early_header_mutation_extensions`: what becomes of a request's fields before any are trusted (spec/http.md 1.1). */

import { z } from "zod";
import type { HeaderStepConfig } from "../header_mutation_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { extensionList, list } from "./field.ts";
import { headerStepSchema } from "./header_mutation.ts";

const mutations: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation`, {
    schema: z.strictObject({ mutations: list(headerStepSchema) }).transform(({ mutations }) => mutations),
    isTerminal: false,
  }],
]);

/** The field: what all its extensions do, in their order. */
export const earlyMutationsSchema = extensionList(
  namedExtension({
    what: "early header mutation extension",
    packagePrefix: "envoy.extensions.http.early_header_mutation.",
    schemas: mutations,
  }).transform(({ config }) => config as readonly HeaderStepConfig[]),
).transform((lists) => lists.flat());
