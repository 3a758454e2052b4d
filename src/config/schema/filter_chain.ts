/** `envoy.config.listener.v3.FilterChain` and its network filters (spec/xds.md 10.1). */

import { z } from "zod";
import { factoryName, messageNameOf } from "../type_url.ts";
import type { FilterChainConfig, NetworkFilterConfig } from "../listener_config.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, addUnsupported, extensionList, text } from "./field.ts";
import { type FilterContext, HCM_TYPE_URL, httpConnectionManagerSchema } from "./http_connection_manager.ts";
import { metadataSchema } from "./metadata.ts";
import { transportSocketSchema } from "./transport_socket.ts";

/** `FilterChain`. */
export function filterChainSchema(context: FilterContext): z.ZodType<FilterChainConfig> {
  const networkFilters: ExtensionSchemas = new Map([
    [HCM_TYPE_URL, { schema: httpConnectionManagerSchema(context), isTerminal: true }],
  ]);
  const filter = namedExtension({
    what: "network filter",
    packagePrefix: "envoy.extensions.filters.network.",
    schemas: networkFilters,
  });

  return z.strictObject({
    name: text(),
    metadata: metadataSchema,
    // Until filter chain matching comes, only the match that matches everything.
    filter_chain_match: z.strictObject({}).optional(),
    filters: extensionList(filter),
    transport_socket: transportSocketSchema.optional(),
  }).transform((message, context): FilterChainConfig => {
    message.filters.slice(0, -1).forEach((filter, index) => {
      const type = factoryName(messageNameOf(filter.typeUrl));
      addInvalid(
        context,
        filter,
        ["filters", index],
        `Error: terminal filter named ${filter.name} of type ${type} must be the last filter in a network filter chain.`,
      );
    });
    if (message.filters.length === 0) {
      addUnsupported(context, message, [], "a chain without filters is known to Envoy, not supported yet");
    }
    return {
      name: message.name,
      filters: message.filters.map(({ config }) => config as NetworkFilterConfig),
      metadata: message.metadata,
    };
  });
}
