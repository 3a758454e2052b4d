/** `envoy.config.route.v3.RouteMatch`: prefix and path (spec/http.md 2.2). */

import { z } from "zod";
import type { RouteMatchConfig } from "../route_config.ts";
import { flag } from "./field.ts";

/** `RouteMatch`. */
export const routeMatchSchema = z.strictObject({
  prefix: z.string().optional(),
  path: z.string().optional(),
  case_sensitive: flag(true),
}).transform((message): RouteMatchConfig => ({
  // The descriptors' check has seen to it that one of them is set.
  path: message.path !== undefined
    ? { kind: "path", value: message.path }
    : { kind: "prefix", value: message.prefix ?? "" },
  caseSensitive: message.case_sensitive,
}));
