/** Who is asked for names: `typed_dns_resolver_config` and the fields it replaced (spec/upstream.md 3.3). */

import { z } from "zod";
import { canonicalIp } from "../../base/ip_text.ts";
import { DEFAULT_DNS_RESOLVER, type DnsResolverConfig, type DnsServerAddress } from "../dns_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { isIpAddress } from "./address.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, choice, flag, list, number, text } from "./field.ts";

const DNS_PORT = 53;

/** UDP is what it is asked by, so both protocols may be written. */
const serverAddressSchema = z.strictObject({
  socket_address: z.strictObject({
    protocol: choice("TCP", "UDP"),
    address: text(),
    port_value: number(0),
  }).optional(),
  pipe: z.strictObject({ path: text(), mode: number(0) }).optional(),
}).transform((message, context): DnsServerAddress => {
  const { socket_address: socket, pipe } = message;
  if (pipe !== undefined) addInvalid(context, message, ["pipe"], `DNS resolver '${pipe.path}' is not an IP address`);
  const host = socket?.address ?? "";
  if (pipe === undefined && !isIpAddress(host)) {
    addInvalid(context, message, ["socket_address", "address"], `malformed IP address: ${host}`);
  }
  return { host: canonicalIp(host) ?? host, port: socket?.port_value || DNS_PORT };
});

const optionsSchema = z.strictObject({
  use_tcp_for_dns_lookups: flag(false),
  no_default_search_domain: flag(false),
}).optional();

/** `CaresDnsResolverConfig`. A count of 64 bits is text. */
const caresSchema = z.strictObject({
  resolvers: list(serverAddressSchema),
  dns_resolver_options: optionsSchema,
  use_resolvers_as_fallback: flag(false),
  filter_unroutable_families: flag(false),
  query_timeout_seconds: z.string().optional(),
  query_tries: number(DEFAULT_DNS_RESOLVER.queryTries),
  rotate_nameservers: flag(false),
  edns0_max_payload_size: number(DEFAULT_DNS_RESOLVER.payloadSize),
}).transform((message): DnsResolverConfig => {
  const { query_timeout_seconds: timeout } = message;
  return {
    ...resolverOf(message.resolvers, message.dns_resolver_options),
    isFallback: message.use_resolvers_as_fallback,
    skipsUnroutableFamilies: message.filter_unroutable_families,
    queryTimeoutMs: timeout === undefined ? DEFAULT_DNS_RESOLVER.queryTimeoutMs : Number(timeout) * 1000,
    queryTries: message.query_tries,
    rotatesServers: message.rotate_nameservers,
    payloadSize: message.edns0_max_payload_size,
  };
});

/** `GetAddrInfoDnsResolverConfig`: the system's servers, as any resolver asks them. */
const systemSchema = z.strictObject({ num_retries: z.number().optional() }).transform((message): DnsResolverConfig => ({
  ...DEFAULT_DNS_RESOLVER,
  queryTries: (message.num_retries ?? DEFAULT_DNS_RESOLVER.queryTries - 1) + 1,
}));

const RESOLVER_PREFIX = `${TYPE_URL_PREFIX}envoy.extensions.network.dns_resolver.`;

/** The resolvers that work. */
export const dnsResolvers: ExtensionSchemas = new Map([
  [`${RESOLVER_PREFIX}cares.v3.CaresDnsResolverConfig`, { schema: caresSchema, isTerminal: false }],
  [`${RESOLVER_PREFIX}getaddrinfo.v3.GetAddrInfoDnsResolverConfig`, { schema: systemSchema, isTerminal: false }],
]);

/** Envoy has it on Apple's systems alone; it is taken all the same, for configurations that serve both. */
const appleResolver: ExtensionSchemas = new Map([
  [`${RESOLVER_PREFIX}apple.v3.AppleDnsResolverConfig`, {
    schema: z.strictObject({}).transform(() => DEFAULT_DNS_RESOLVER),
    isTerminal: false,
  }],
]);

/** `typed_dns_resolver_config`. */
export const typedResolverSchema: z.ZodType<DnsResolverConfig> = namedExtension({
  what: "DNS resolver",
  packagePrefix: "envoy.extensions.network.dns_resolver.",
  schemas: new Map([...dnsResolvers, ...appleResolver]),
}).transform(({ config }) => config as DnsResolverConfig);

/** The fields of a cluster or a bootstrap that say who is asked. */
export const resolverFields = {
  typed_dns_resolver_config: typedResolverSchema.optional(),
  dns_resolution_config: z.strictObject({
    resolvers: list(serverAddressSchema),
    dns_resolver_options: optionsSchema,
  }).transform(({ resolvers, dns_resolver_options }) => resolverOf(resolvers, dns_resolver_options)).optional(),
  use_tcp_for_dns_lookups: flag(false),
};

/** `dns_resolvers` of a cluster. */
export const dnsResolverListSchema = list(serverAddressSchema);

/** The ones that are asked by these servers' addresses alone. */
export function resolverOf(
  servers: readonly DnsServerAddress[],
  options: z.output<typeof optionsSchema>,
): DnsResolverConfig {
  return {
    ...DEFAULT_DNS_RESOLVER,
    servers,
    usesTcp: options?.use_tcp_for_dns_lookups ?? false,
    ignoresSearchDomains: options?.no_default_search_domain ?? false,
  };
}

/** The bootstrap's resolver: of clusters without their own. */
export function bootstrapResolver(message: {
  readonly typed_dns_resolver_config?: DnsResolverConfig | undefined;
  readonly dns_resolution_config?: DnsResolverConfig | undefined;
  readonly use_tcp_for_dns_lookups: boolean;
}): DnsResolverConfig {
  return message.typed_dns_resolver_config ?? message.dns_resolution_config ??
    { ...DEFAULT_DNS_RESOLVER, usesTcp: message.use_tcp_for_dns_lookups };
}
