/** The name that an endpoint of a DNS cluster is found under. */
import type { EndpointConfig } from "../../config/cluster_config.ts";

/** A pipe has none, and so no address is ever found for it, as in Envoy. */
export function dnsNameOf({ address }: EndpointConfig): string {
  return address.kind === "ip" ? address.host : "";
}
