/** Flow-style fields that several areas give their clusters and listeners. */

const OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** A cluster's HTTP/1 options, those common to all protocols, and more fields of the message. */
export function clusterProtocol(
  options: { readonly http1?: string; readonly common?: string; readonly more?: string },
): string {
  const fields = [
    `"@type": type.googleapis.com/${OPTIONS}`,
    ...options.common === undefined ? [] : [`common_http_protocol_options: { ${options.common} }`],
    `explicit_http_config: { http_protocol_options: { ${options.http1 ?? ""} } }`,
    ...options.more === undefined ? [] : [options.more],
  ];
  return `typed_extension_protocol_options: { ${OPTIONS}: { ${fields.join(", ")} } }`;
}

/** An extension of this type with these fields, flow style. */
export function typed(type: string, fields = ""): string {
  return `{ name: any, typed_config: { "@type": type.googleapis.com/${type}, ${fields} } }`;
}

/** Loopback counts as internal, and so does 10.0.0.0/8: a request from there keeps its x-envoy fields. */
export const INTERNAL_ADDRESSES = "internal_address_config: { cidr_ranges: " +
  "[{ address_prefix: 127.0.0.0, prefix_len: 8 }, { address_prefix: 10.0.0.0, prefix_len: 8 }] }";

/** A request with this line is internal where {@link INTERNAL_ADDRESSES} are. */
export const FROM_INSIDE = "x-forwarded-for: 10.0.0.1\r\n";
