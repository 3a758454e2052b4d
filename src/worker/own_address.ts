/**
 * This machine's own address, which stands for a client on loopback in `x-forwarded-for` (spec/http.md 1.12): the first
 * IPv4 address of an interface that is not loopback, as in Envoy.
 */

/** The address, or `127.0.0.1` where the machine has no other. */
export function ownAddress(interfaces: readonly Deno.NetworkInterfaceInfo[] = Deno.networkInterfaces()): string {
  const found = interfaces.find(({ family, address }) => family === "IPv4" && !address.startsWith("127."));
  return found?.address ?? "127.0.0.1";
}
