/** What stands around a route, and what compiling it needs: handed down from the route table. */
import type { RouteConfiguration, VirtualHostConfig } from "../config/route_config.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { VirtualHostSettings } from "./virtual_host_settings.ts";

export interface OuterLevels {
  readonly configuration: RouteConfiguration;
  readonly virtualHost: VirtualHostConfig;
  /** What the virtual host says about all of its routes. */
  readonly settings: VirtualHostSettings;
  readonly formats: FormatContext;
}
