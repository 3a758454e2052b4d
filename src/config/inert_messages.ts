/**
 * Extensions of Istio's that Envoy itself does not have: accepted and not enforced (spec/xds.md 14.2).
 *
 * They observe or annotate; none decides who may pass. Whatever authenticates or authorises must never stand here.
 */

/** Full message name to what it would do. */
export const INERT_MESSAGES: ReadonlyMap<string, string> = new Map([
  ["envoy.tcp.metadataexchange.config.MetadataExchange", "exchanges peer metadata"],
  ["io.istio.http.peer_metadata.Config", "exchanges peer metadata"],
  ["istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig", "overrides the ALPN protocols of upstream TLS"],
  ["istio.workload.BootstrapExtension", "discovers workload metadata"],
  ["stats.PluginConfig", "counts requests by workload"],
]);
