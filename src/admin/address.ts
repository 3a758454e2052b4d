/** A socket address as the admin shows it: in one word, or as `core.v3.Address` in JSON. */
import type { BoundAddress, JsonObject } from "./source.ts";

/** `10.0.0.7:8080`, `[::1]:80`, or the path of a pipe. */
export function addressText(address: BoundAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** `{"socket_address": …}` or `{"pipe": …}`; a port of 0 is a default and left out. */
export function addressJson(address: BoundAddress): JsonObject {
  if (address.kind === "pipe") return { pipe: { path: address.path } };
  const port = address.port === 0 ? {} : { port_value: address.port };
  return { socket_address: { address: address.host, ...port } };
}
