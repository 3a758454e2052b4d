/** Addresses as configurations and snapshots have them (spec/xds.md 10). */

/** Where to listen or connect. `port` 0 in a listener: the kernel picks one. */
export type SocketAddress =
  | { readonly kind: "ip"; readonly host: string; readonly port: number }
  | { readonly kind: "pipe"; readonly path: string; readonly mode: number };
