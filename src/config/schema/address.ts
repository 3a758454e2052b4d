/** `envoy.config.core.v3.Address`: where to listen or connect (spec/xds.md 10.1, spec/upstream.md 3.1). */

import { z } from "zod";
import type { SocketAddress } from "../socket_address.ts";
import { addInvalid, choice, number, text } from "./field.ts";

const socketAddressSchema = z.strictObject({
  protocol: choice("TCP"),
  address: text(),
  port_value: number(0),
});

const pipeSchema = z.strictObject({ path: text(), mode: number(0) });

const ipv4 = z.ipv4(), ipv6 = z.ipv6();

/** Whether a host is an IP literal. */
export function isIpAddress(host: string): boolean {
  return ipv4.safeParse(host).success || ipv6.safeParse(host).success;
}

/** A socket address, whose host may be a name, or a unix socket. */
export const addressSchema: z.ZodType<SocketAddress> = z.strictObject({
  socket_address: socketAddressSchema.optional(),
  pipe: pipeSchema.optional(),
}).transform((address, context): SocketAddress => {
  const socket = address.socket_address;
  if (address.pipe !== undefined) return { kind: "pipe", path: address.pipe.path, mode: address.pipe.mode };
  if (socket === undefined) {
    addInvalid(context, address, [], "no address given: wanted socket_address or pipe");
    return z.NEVER;
  }
  return { kind: "ip", host: socket.address, port: socket.port_value };
});

/** An address to bind to: no host names. */
export const boundAddressSchema: z.ZodType<SocketAddress> = addressSchema.transform((address, context) => {
  if (address.kind === "ip" && !isIpAddress(address.host)) {
    addInvalid(
      context,
      address,
      ["socket_address", "address"],
      `malformed IP address: ${address.host}: wanted an IP address to bind to`,
    );
  }
  return address;
});

/** `1.2.3.4:80`, `[::1]:80`, or the path of a pipe. */
export function addressText(address: SocketAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
