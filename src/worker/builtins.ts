/** The one list of what denvoy can do inside a filter chain. A new extension is a line here, and nothing else. */
import type { HttpFilterDefinition } from "../filter/define.ts";
import { routerDefinition } from "../proxy/router/router_filter.ts";

/** Every HTTP filter there is. */
export const BUILTIN_HTTP_FILTERS: readonly HttpFilterDefinition[] = [routerDefinition];
