/**
 * Fields of Envoy's that are accepted and change nothing, each with the reason: the one table of its kind.
 *
 * A field is here because the specification says to accept it, because it only tunes something denvoy does not have,
 * or because the value given is what happens anyway. Whatever else is not supported is refused by name.
 */

/** Why a field may be accepted without effect. */
export interface InertField {
  readonly reason: string;
  /** Somebody could notice that it does nothing: worth a warning. */
  readonly isNoticeable: boolean;
}

interface Row extends InertField {
  /** Only these canonical values; null: any. */
  readonly values: readonly unknown[] | null;
  /** All values but this one; undefined: this one too. */
  readonly exception?: unknown;
}

function quiet(reason: string, ...values: unknown[]): Row {
  return { reason, isNoticeable: false, values: values.length === 0 ? null : values };
}

function loud(reason: string): Row {
  return { reason, isNoticeable: true, values: null };
}

function loudUnless(exception: unknown, reason: string): Row {
  return { ...loud(reason), exception };
}

const SAME = "it asks for what happens anyway";
const OWN_SOCKETS = "sockets to DNS servers are opened anew whenever they were not needed for a moment";
const OTHER_POLICY = "it configures a load balancing policy that no supported type of cluster has";
const NO_READER = "nothing that is supported reads this metadata";
const SOCKET = "the platform gives no access to this socket option";
const NO_TRACING = "tracing is not supported yet, so no span is made";
const INTERNALS = "it tunes internals of Envoy";
const NO_STREAM_FLUSH = "it bounds what waits for a window of HTTP/2; an HTTP/1 stream has none, in Envoy either";
const SCOPES_AT_HAND = "scopes that are written down have their routes with them, and nothing is fetched";
const NO_TLS = "it matters for TLS only, and TLS is not supported yet";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
const LISTENER = "envoy.config.listener.v3.Listener";
const HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const CLUSTER = "envoy.config.cluster.v3.Cluster";
const CARES = "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig";
const ROUTE = "envoy.config.route.v3.Route";
const ROUTER = "envoy.extensions.filters.http.router.v3.Router";

const ROWS: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  [BOOTSTRAP]: {
    watchdog: quiet(INTERNALS),
    watchdogs: quiet(INTERNALS),
    enable_dispatcher_stats: loud("these statistics describe Envoy's event loop"),
    stats_server_version_override: loud("no such statistic is kept"),
    perf_tracing_file_path: quiet(INTERNALS),
    default_socket_interface: quiet(INTERNALS),
    inline_headers: quiet(INTERNALS),
    fatal_actions: quiet(INTERNALS),
    memory_allocator_manager: quiet(INTERNALS),
    grpc_async_client_manager_config: quiet(INTERNALS),
    xds_delegate_extension: quiet(INTERNALS),
    xds_config_tracker_extension: quiet(INTERNALS),
    listener_manager: quiet(INTERNALS),
    deferred_stat_options: quiet(INTERNALS),
    stats_eviction_interval: quiet(INTERNALS),
    hds_config: loud("health discovery is not supported"),
  },
  "envoy.config.bootstrap.v3.ClusterManager": {
    enable_deferred_cluster_creation: quiet(INTERNALS),
  },
  "envoy.config.bootstrap.v3.Admin": {
    profile_path: quiet("no profiler writes files"),
    socket_options: loud(SOCKET),
    ignore_global_conn_limit: quiet("there is no global connection limit yet"),
  },
  [LISTENER]: {
    use_original_dst: quiet(SAME, false),
    bind_to_port: quiet(SAME, true),
    deprecated_v1: quiet("bind_to_port replaced it"),
    listener_filters_timeout: quiet("it bounds listener filters, and none is supported yet"),
    continue_on_listener_filters_timeout: quiet("it concerns listener filters, and none is supported yet"),
    transparent: loud(SOCKET),
    freebind: loud(SOCKET),
    socket_options: loud(SOCKET),
    tcp_fast_open_queue_length: loud(SOCKET),
    tcp_backlog_size: loud(SOCKET),
    enable_mptcp: loud(SOCKET),
    tcp_keepalive: loud(SOCKET),
    connection_balance_config: loud("the kernel spreads connections over the workers"),
    max_connections_to_accept_per_socket_event: quiet(INTERNALS),
    reuse_port: quiet("enable_reuse_port replaced it"),
    ignore_global_conn_limit: quiet("there is no global connection limit yet"),
    bypass_overload_manager: quiet("there is no overload manager yet"),
  },
  "envoy.config.listener.v3.FilterChain": {
    use_proxy_proto: quiet(SAME, false),
    transport_socket_connect_timeout: quiet(NO_TLS),
  },
  "envoy.config.core.v3.SocketAddress": {
    ipv4_compat: quiet("a socket on `::` takes both families on this platform"),
  },
  // Any 0 switches keepalive off, which works.
  "envoy.config.core.v3.TcpKeepalive": {
    keepalive_probes: loudUnless(0, SOCKET),
    keepalive_time: loudUnless(0, SOCKET),
    keepalive_interval: loudUnless(0, SOCKET),
  },
  [HCM]: {
    add_proxy_protocol_connection_state: quiet("no transport that sends PROXY protocol is supported yet"),
    stream_flush_timeout: quiet(NO_STREAM_FLUSH),
    forward_proto_config: quiet(
      "it concerns addresses that PROXY protocol restored, and no listener filter does that yet",
    ),
  },
  "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes": {
    rds_config_source: quiet(SCOPES_AT_HAND),
  },
  [`${HCM}.Tracing`]: {
    verbose: quiet(NO_TRACING),
    max_path_tag_length: quiet(NO_TRACING),
    custom_tags: quiet(NO_TRACING),
    spawn_upstream_span: quiet(NO_TRACING),
    operation: quiet(NO_TRACING),
    upstream_operation: quiet(NO_TRACING),
    no_context_propagation: quiet(NO_TRACING),
  },
  "envoy.config.route.v3.Tracing": {
    custom_tags: quiet(NO_TRACING),
    operation: quiet(NO_TRACING),
    upstream_operation: quiet(NO_TRACING),
  },
  "envoy.config.core.v3.Metadata": { typed_filter_metadata: quiet(NO_READER) },
  "envoy.config.core.v3.SubstitutionFormatString": {
    json_format_options: quiet("the keys of a JSON format are always sorted"),
  },
  [ROUTER]: {
    start_child_span: quiet(NO_TRACING),
    suppress_grpc_request_failure_code_stats: quiet("no gRPC statistics are kept yet"),
  },
  "envoy.config.route.v3.RouteConfiguration": { metadata: quiet(NO_READER) },
  "envoy.config.route.v3.ScopedRouteConfiguration": { on_demand: quiet(SCOPES_AT_HAND) },
  [ROUTE]: {
    decorator: quiet(NO_TRACING),
  },
  "envoy.config.route.v3.RouteAction": {
    flush_timeout: quiet(NO_STREAM_FLUSH),
  },
  "envoy.extensions.matching.input_matchers.ip.v3.Ip": {
    stat_prefix: loud("values that are no address are not counted"),
  },
  [CLUSTER]: {
    original_dst_lb_config: quiet(OTHER_POLICY),
    cleanup_interval: quiet("it tunes ORIGINAL_DST clusters, which are not supported yet"),
    upstream_http_protocol_options: quiet(NO_TLS),
    protocol_selection: quiet("the protocol follows from the protocol options"),
    track_timeout_budgets: loud("these statistics are not kept yet"),
    track_cluster_stats: loud("these statistics are not kept yet"),
    lrs_report_endpoint_metrics: quiet("load reports are not supported yet"),
  },
  [CARES]: {
    udp_max_queries: quiet(OWN_SOCKETS),
    max_udp_channel_duration: quiet(OWN_SOCKETS),
    reinit_channel_on_timeout: quiet(OWN_SOCKETS),
    qcache_max_ttl: quiet("no answer is kept beyond the hosts made of it"),
  },
  "envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig": {
    num_resolver_threads: quiet(INTERNALS),
  },
  "envoy.extensions.network.dns_resolver.apple.v3.AppleDnsResolverConfig": {
    include_unroutable_families: quiet("it concerns Apple's systems"),
  },
  "envoy.config.cluster.v3.OutlierDetection": {
    detect_degraded_hosts: quiet(SAME, false),
  },
  "envoy.config.core.v3.HealthCheck": {
    alt_port: quiet("Envoy passes over it too"),
    tls_options: quiet(NO_TLS),
    transport_socket_match_criteria: quiet(
      "it chooses among transport sockets, and plain ones are all there is so far",
    ),
  },
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
    upstream_http_protocol_options: quiet(NO_TLS),
  },
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig": {
    http2_protocol_options: quiet("downstream connections speak HTTP/1 only so far"),
    http3_protocol_options: quiet("downstream connections speak HTTP/1 only so far"),
  },
};

/** The reason why this field with this canonical value may be accepted without effect, if it may. */
export function inertField(messageName: string, field: string, value: unknown): InertField | undefined {
  const row = ROWS[messageName]?.[field];
  if (row === undefined) return undefined;
  if (value === row.exception) return undefined;
  return row.values === null || row.values.includes(value) ? row : undefined;
}

/** All rows, for the test that holds them against the descriptors. */
export function inertFieldNames(): [messageName: string, field: string][] {
  return Object.entries(ROWS).flatMap(([message, fields]) =>
    Object.keys(fields).map((field): [string, string] => [message, field])
  );
}
