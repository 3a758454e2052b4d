/** The one list of what denvoy can do inside a filter chain. A new extension is a line here, and nothing else. */
import type { ExtensionSchemas } from "../config/schema/extension.ts";
import { healthCheckDefinition } from "../extension/http/health_check.ts";
import { type HttpFilterDefinition, schemasOf } from "../filter/define.ts";
import { routerDefinition } from "../proxy/router/router_filter.ts";

/** Every HTTP filter there is. */
export const BUILTIN_HTTP_FILTERS: readonly HttpFilterDefinition[] = [
  routerDefinition,
  healthCheckDefinition,
];

/** How their configurations are read: for whoever loads one. */
export const BUILTIN_HTTP_FILTER_SCHEMAS: ExtensionSchemas = schemasOf(BUILTIN_HTTP_FILTERS);
