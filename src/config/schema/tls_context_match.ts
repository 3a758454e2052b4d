/** `RouteMatch.TlsContextMatchOptions`: what is asked of the client's certificate (spec/http.md 2.2). */

import { z } from "zod";
import type { TlsContextMatchConfig } from "../match_config.ts";

/** `TlsContextMatchOptions`; both fields are tri-state. */
export const tlsContextMatchSchema = z.strictObject({
  presented: z.boolean().nullable().default(null),
  validated: z.boolean().nullable().default(null),
}).transform((message): TlsContextMatchConfig => message);
