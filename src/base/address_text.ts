/** Addresses in one word, as logs, stats and people write them. */

/** `10.0.0.7:8080`, `[::1]:80`, or the path of a pipe. */
export function addressText(
  address:
    | { readonly kind: "ip"; readonly host: string; readonly port: number }
    | { readonly kind: "pipe"; readonly path: string },
): string {
  return address.kind === "pipe" ? address.path : hostPortText(address);
}

/** `10.0.0.7:8080`, `[::1]:80`. */
export function hostPortText({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
