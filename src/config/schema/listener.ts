/** `envoy.config.listener.v3.Listener` (spec/xds.md 10.1). */

import { z } from "zod";
import type { ListenerConfig } from "../listener_config.ts";
import { accessLogsSchema } from "./access_log.ts";
import { addressText } from "../../base/address_text.ts";
import { boundAddressSchema } from "./address.ts";
import { addInvalid, addUnsupported, choice, flag, list, number, text } from "./field.ts";
import { filterChainSchema } from "./filter_chain.ts";
import { metadataSchema } from "./metadata.ts";
import type { FilterContext } from "./http_connection_manager.ts";

const DEFAULT_BUFFER_LIMIT = 1024 * 1024;

/** A listener, and whether its name was given or made from its address. */
export interface ReadListener extends ListenerConfig {
  readonly isNamed: boolean;
}

/** `Listener`. */
export function listenerSchema(context: FilterContext): z.ZodType<ReadListener> {
  return z.strictObject({
    name: text(),
    address: boundAddressSchema.optional(),
    additional_addresses: list(z.strictObject({ address: boundAddressSchema })),
    stat_prefix: text(),
    metadata: metadataSchema,
    filter_chains: list(filterChainSchema(context)),
    default_filter_chain: filterChainSchema(context).optional(),
    per_connection_buffer_limit_bytes: number(DEFAULT_BUFFER_LIMIT),
    traffic_direction: choice("UNSPECIFIED", "INBOUND", "OUTBOUND"),
    enable_reuse_port: flag(true),
    drain_type: choice("DEFAULT", "MODIFY_ONLY"),
    access_log: accessLogsSchema(context.data),
  }).transform((message, context): ReadListener => {
    if (message.address === undefined) {
      addInvalid(context, message, [], `error adding listener named '${message.name}': address is necessary`);
      return z.NEVER;
    }
    const where = addressText(message.address);
    const chains = [...message.filter_chains];
    if (message.default_filter_chain !== undefined) chains.push(message.default_filter_chain);
    if (chains.length === 0) {
      addInvalid(context, message, [], `error adding listener '${where}': no filter chains specified`);
    }
    if (chains.length > 1) {
      addUnsupported(
        context,
        message,
        [message.filter_chains.length > 1 ? "filter_chains" : "default_filter_chain"],
        `several filter chains are known to Envoy, not supported yet: found ${chains.length}, wanted 1`,
      );
    }
    return {
      isNamed: message.name !== "",
      name: message.name === "" ? where : message.name,
      statPrefix: message.stat_prefix === "" ? where.replaceAll(":", "_") : message.stat_prefix,
      addresses: [message.address, ...message.additional_addresses.map((additional) => additional.address)],
      perConnectionBufferLimitBytes: message.per_connection_buffer_limit_bytes,
      enableReusePort: message.enable_reuse_port,
      drainsOnHealthFailure: message.drain_type === "DEFAULT",
      trafficDirection: message.traffic_direction,
      filterChains: chains,
      accessLogs: message.access_log,
      metadata: message.metadata,
    };
  });
}
