/** What stands around a route, and what compiling it needs: handed down from the route table. */
import type { RouteConfiguration, VirtualHostConfig } from "../config/route_config.ts";
import type { FormatContext } from "../observe/format/format_context.ts";

export interface OuterLevels {
  readonly configuration: RouteConfiguration;
  readonly virtualHost: VirtualHostConfig;
  readonly formats: FormatContext;
}
