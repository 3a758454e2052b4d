/** No two listeners have the same address (spec/xds.md 10). */
import { addressText } from "../../base/address_text.ts";
import type { ListenerResource } from "./listener_version.ts";

/** What is wrong with a listener that wants an address of another one, in Envoy's words; null = nothing. */
export function addressClash(resource: ListenerResource, others: readonly ListenerResource[]): string | null {
  const taken = new Set(others.flatMap(fixedAddresses));
  if (!fixedAddresses(resource).some((address) => taken.has(address))) return null;
  const { name, addresses } = resource.config;
  return `error adding listener: '${name}' has duplicate address '${addresses.map(addressText).join(",")}' ` +
    "as existing listener, to check if the listener has duplicated addresses with other listeners or " +
    "'enable_reuse_port' is set to 'false' for the listener";
}

/** Addresses that no other listener may have: port 0 is another one each time. */
function fixedAddresses({ config }: ListenerResource): string[] {
  return config.addresses.filter((address) => address.kind === "pipe" || address.port !== 0).map(addressText);
}
