/** Type URLs: `type.googleapis.com/` and a full message name. */

/** Prefix of every type URL we write. */
export const TYPE_URL_PREFIX = "type.googleapis.com/";

/** The full message name in a type URL, or the empty string when it has no `host/` before it. */
export function messageNameOf(typeUrl: string): string {
  const slash = typeUrl.lastIndexOf("/");
  return slash <= 0 ? "" : typeUrl.slice(slash + 1);
}

/** Our spelling of a type URL: the host before the name does not count. */
export function canonicalTypeUrl(typeUrl: string): string {
  return TYPE_URL_PREFIX + messageNameOf(typeUrl);
}

/** Names that do not follow from their messages'. */
const ODD_NAMES: Readonly<Record<string, string>> = {
  "envoy.extensions.access_loggers.stream.v3.StderrAccessLog": "envoy.access_loggers.stderr",
  "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog": "envoy.access_loggers.stdout",
  "envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink": "envoy.health_check.event_sink.file",
  "envoy.extensions.clusters.dns.v3.DnsCluster": "envoy.cluster.dns",
  "envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig":
    "envoy.internal_redirect_predicates.allow_listed_routes",
  "envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig":
    "envoy.internal_redirect_predicates.previous_routes",
  "envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig":
    "envoy.internal_redirect_predicates.safe_cross_scheme",
  "envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate":
    "envoy.retry_host_predicates.omit_canary_hosts",
  "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig":
    "envoy.retry_host_predicates.omit_host_metadata",
  "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate": "envoy.retry_host_predicates.previous_hosts",
  "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig":
    "envoy.retry_priorities.previous_priorities",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions": "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions",
};

/** The name Envoy registers an extension under: `envoy.extensions.filters.http.cors.v3.Cors` is `envoy.filters.http.cors`. */
export function factoryName(messageName: string): string {
  return ODD_NAMES[messageName] ??
    messageName.replace(/^envoy\.extensions\./, "envoy.").replace(/\.v[0-9][a-z0-9]*\.[^.]+$/, "");
}
