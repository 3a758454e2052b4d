/** `core.v3.TransportSocket`: plain sockets only (spec/upstream.md 12.5). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";

/** The ones that work. */
export const transportSockets: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer`, {
    schema: z.strictObject({}),
    isTerminal: false,
  }],
]);

/** `TransportSocket`. */
export const transportSocketSchema = namedExtension({
  what: "transport socket",
  packagePrefix: "envoy.extensions.transport_sockets.",
  schemas: transportSockets,
});
