/** A socket address as the admin shows it: in one word, or as `core.v3.Address` in JSON. */
import type { BoundAddress } from "./listener_source.ts";
import type { JsonObject } from "./source.ts";

/** `{"socket_address": …}` or `{"pipe": …}`; a port of 0 is a default and left out. */
export function addressJson(address: BoundAddress): JsonObject {
  if (address.kind === "pipe") return { pipe: { path: address.path } };
  const port = address.port === 0 ? {} : { port_value: address.port };
  return { socket_address: { address: address.host, ...port } };
}
