/**
 * What a cluster says of its connections beside HTTP: `upstream_connection_options`, `preconnect_policy` and
 * `TcpProtocolOptions` (spec/upstream.md 2.1, 10.6, 10.7).
 */

import { z } from "zod";
import type { AddressFamily, HappyEyeballsConfig } from "../cluster_config.ts";
import { addUnsupported, choice, duration, number } from "./field.ts";

const FAMILIES = { DEFAULT: null, V4: "v4", V6: "v6", PIPE: "pipe", INTERNAL: "internal" } as const satisfies Record<
  string,
  AddressFamily | null
>;

const happyEyeballsSchema = z.strictObject({
  first_address_family_version: choice("DEFAULT", "V4", "V6", "PIPE", "INTERNAL"),
  first_address_family_count: number(1),
}).transform((message): HappyEyeballsConfig => ({
  firstFamily: FAMILIES[message.first_address_family_version],
  firstFamilyCount: message.first_address_family_count,
}));

/** What an absent `HappyEyeballsConfig` means. */
export const DEFAULT_HAPPY_EYEBALLS: HappyEyeballsConfig = happyEyeballsSchema.parse({});

/** Whether it is on: any 0 says that it is not. Other numbers are not asked for, see inert_fields.ts. */
const tcpKeepaliveSchema = z.strictObject({
  keepalive_probes: z.number().optional(),
  keepalive_time: z.number().optional(),
  keepalive_interval: z.number().optional(),
}).transform((keepalive) => !Object.values(keepalive).includes(0));

/** `UpstreamConnectionOptions`. */
export const upstreamConnectionOptionsSchema = z.strictObject({
  tcp_keepalive: tcpKeepaliveSchema.optional(),
  happy_eyeballs_config: happyEyeballsSchema.optional(),
});

/** A number of connections for each that is wanted. With NaN, which Envoy takes, it never makes any. */
const ratioSchema = z.union([z.number(), z.literal("NaN")]).default(1).transform((ratio, context): number => {
  if (ratio !== "NaN") return ratio;
  addUnsupported(context, ratio, [], "ratio NaN is known to Envoy, not supported yet, wanted 1 to 3");
  return 1;
});

/** `Cluster.PreconnectPolicy`, as the ratio for each host. */
export const preconnectPolicySchema = z.strictObject({
  per_upstream_preconnect_ratio: ratioSchema,
  predictive_preconnect_ratio: ratioSchema,
}).transform((message, context): number => {
  if (message.predictive_preconnect_ratio > 1) {
    addUnsupported(
      context,
      message,
      ["predictive_preconnect_ratio"],
      "connections to hosts that are picked ahead are known to Envoy, not supported yet, wanted 1",
    );
  }
  return message.per_upstream_preconnect_ratio;
});

/** `upstreams.tcp.v3.TcpProtocolOptions`, as the idle time in ms of connections that nobody has. */
export const tcpProtocolOptionsSchema = z.strictObject({ idle_timeout: duration(600_000) })
  .transform(({ idle_timeout }): number => idle_timeout);

/** Unless a cluster says otherwise. */
export const DEFAULT_TCP_IDLE_TIMEOUT_MS: number = tcpProtocolOptionsSchema.parse({});
