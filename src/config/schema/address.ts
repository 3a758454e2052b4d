/** `envoy.config.core.v3.Address`: where to listen or connect (spec/xds.md 10.1, spec/upstream.md 3.1). */

import { z } from "zod";
import type { SocketAddress } from "../socket_address.ts";
import { addInvalid, choice, number, text } from "./field.ts";

const socketAddressSchema = z.strictObject({
  protocol: choice("TCP"),
  address: text(),
  port_value: number(0),
  resolver_name: text(),
});

const pipeSchema = z.strictObject({ path: text(), mode: number(0) });

const ipv4 = z.ipv4(), ipv6 = z.ipv6();

/** Whether a host is an IP literal. */
export function isIpAddress(host: string): boolean {
  return ipv4.safeParse(host).success || ipv6.safeParse(host).success;
}

/** An address, and who is to make one of it. */
export interface ReadAddress {
  readonly address: SocketAddress;
  /** `resolver_name`; empty = nobody in particular. */
  readonly resolverName: string;
}

/** A socket address, whose host may be a name, or a unix socket. */
export const resolvableAddressSchema: z.ZodType<ReadAddress> = z.strictObject({
  socket_address: socketAddressSchema.optional(),
  pipe: pipeSchema.optional(),
}).transform((message, context): ReadAddress => {
  const { socket_address: socket, pipe } = message;
  if (pipe !== undefined) return { address: { kind: "pipe", path: pipe.path, mode: pipe.mode }, resolverName: "" };
  if (socket === undefined) {
    addInvalid(context, message, [], "no address given: wanted socket_address or pipe");
    return z.NEVER;
  }
  return { address: { kind: "ip", host: socket.address, port: socket.port_value }, resolverName: socket.resolver_name };
});

/** The same where nobody in particular may make one of it but Envoy's own resolver, which takes IP addresses. */
export const addressSchema: z.ZodType<SocketAddress> = resolvableAddressSchema.transform((read, context) => {
  if (isKnownResolver(read.resolverName)) return read.address;
  addInvalid(context, read, ["socket_address", "resolver_name"], `Unknown address resolver: ${read.resolverName}`);
  return z.NEVER;
});

/** Whether somebody goes by a `resolver_name`. */
export function isKnownResolver(name: string): boolean {
  return name === "" || name === "envoy.ip";
}

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
