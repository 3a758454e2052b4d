/**
 * Envoy's default tag extractors, as data: which segment of a stat name is a tag's value (spec/operations.md 9.2).
 *
 * A pattern is the name's segments: `$` is the value, `*` any one segment, `**` any number of them; words in brackets are
 * alternatives. Where a value may hold dots the entry is a regular expression instead, whose first group is what leaves
 * the name and whose second is the value. Only ours are here, so they need no linear engine.
 */

/** One way to find one tag. */
export interface TagRule {
  readonly tag: string;
  readonly regex: RegExp;
  /** First segment of the names it can match; null = any, and the tag then stands before the others. */
  readonly root: readonly string[] | null;
}

/** By token pattern. */
function tokens(tag: string, pattern: string): TagRule {
  const root = pattern.slice(0, pattern.indexOf("."));
  return {
    tag,
    regex: new RegExp(`^${patternSource(pattern)}$`, "d"),
    root: root === "$" || root === "*" ? null : root.replace(/[()]/g, "").split("|"),
  };
}

/** The value takes its following dot with it, or as the last segment the one before. */
function patternSource(pattern: string): string {
  let source = "";
  const parts = pattern.split(".");
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const isLast = at === parts.length - 1;
    if (part === "$") source += isLast ? "(\\.([^.]+))" : "(([^.]+)\\.)";
    else if (part === "**") source += isLast ? ".*" : ".+?\\.";
    else {
      source += part === "*" ? "[^.]+" : part;
      if (!isLast && !(parts[at + 1] === "$" && at + 1 === parts.length - 1)) source += "\\.";
    }
  }
  return source;
}

function regex(tag: string, source: string, root: readonly string[] | null): TagRule {
  return { tag, regex: new RegExp(source, "d"), root };
}

/** A listener's address (`0.0.0.0_80`, `[__1]_80`) or its one-word prefix. */
const LISTENER = "(?:[\\d.]+_\\d+|\\[[\\da-fA-F_.]*\\]_\\d+|[^.]+)";

const TLS_ROOTS = ["listener", "cluster"];

/** Rules whose tags come first, whatever the name begins with. Order is label order. */
export const FIRST_RULES: readonly TagRule[] = [
  regex("envoy.response_code", "_rq(_(\\d{3}))$", null),
  regex("envoy.response_code_class", "_rq_((\\d))xx$", null),
  regex("envoy.ssl_curve", "^(?:listener|cluster)\\..*\\.ssl\\.curves(\\.([^.]+))$", TLS_ROOTS),
  regex("envoy.ssl_sigalg", "^(?:listener|cluster)\\..*\\.ssl\\.sigalgs(\\.([^.]+))$", TLS_ROOTS),
  regex("envoy.ssl_version", "^(?:listener|cluster)\\..*\\.ssl\\.versions(\\.([^.]+))$", TLS_ROOTS),
  regex("envoy.tls_certificate", "^(?:listener|cluster)\\..*\\.ssl\\.certificate\\.(([^.]+)\\.).*$", TLS_ROOTS),
  regex(
    "envoy.worker_id",
    `^(?:listener\\.${LISTENER}|server|thread_local_cluster_manager|listener_manager)\\.worker_((\\d+)\\.)`,
    ["listener", "server", "thread_local_cluster_manager", "listener_manager"],
  ),
  regex("envoy.rds_route_config", "^http\\.[^.]+\\.rds\\.((.+?)\\.)\\w+$", ["http"]),
];

/** The other rules; the tags of a configuration come between the two. Order is label order. */
export const OTHER_RULES: readonly TagRule[] = [
  regex(
    "envoy.dynamo_partition_id",
    "^http\\.[^.]+\\.dynamodb\\.table\\.[^.]+\\.capacity\\.[^.]+(\\.__partition_id=(\\w{7}))$",
    ["http"],
  ),
  tokens("envoy.dynamo_operation", "http.*.dynamodb.operation.$.**"),
  tokens("envoy.dynamo_operation", "http.*.dynamodb.operation.$"),
  regex("envoy.dynamo_operation", "^http\\.[^.]+\\.dynamodb\\.table\\.[^.]+\\.capacity(\\.([^.]+))", ["http"]),
  tokens("envoy.mongo_callsite", "mongo.*.collection.*.callsite.$.query.**"),
  tokens("envoy.dynamo_table", "http.*.dynamodb.(?:table|error).$.**"),
  regex("envoy.mongo_collection", "^mongo\\.[^.]+\\.collection\\.(([^.]+)\\.).*query\\.[^.]+$", ["mongo"]),
  tokens("envoy.mongo_cmd", "mongo.*.cmd.$.**"),
  tokens("envoy.grpc_bridge_method", "cluster.*.grpc.*.$.**"),
  tokens("envoy.http_user_agent", "http.*.user_agent.$.**"),
  tokens("envoy.virtual_cluster", "vhost.*.vcluster.$.**"),
  tokens("envoy.fault_downstream_cluster", "http.*.fault.$.**"),
  regex("envoy.ssl_cipher", "^listener\\..*\\.ssl\\.ciphers(\\.([^.]+))$", ["listener"]),
  tokens("cipher_suite", "cluster.*.ssl.ciphers.$"),
  tokens("envoy.grpc_bridge_service", "cluster.*.grpc.$.**"),
  tokens("envoy.tcp_prefix", "tcp.$.**"),
  tokens("envoy.udp_prefix", "udp.$.**"),
  tokens("envoy.clientssl_prefix", "auth.clientssl.$.**"),
  tokens("envoy.ratelimit_prefix", "ratelimit.$.**"),
  tokens("envoy.cluster_name", "cluster.$.**"),
  regex("envoy.http_conn_manager_prefix", `^listener\\.${LISTENER}\\.http\\.(([^.]+)\\.)`, ["listener"]),
  tokens("envoy.http_conn_manager_prefix", "http.$.**"),
  tokens("envoy.ext_authz_prefix", "cluster.*.ext_authz.$.**"),
  tokens("envoy.ext_authz_prefix", "http.*.ext_authz.$.**"),
  regex("envoy.listener_address", `^listener\\.((?!admin\\.)(${LISTENER})\\.)`, ["listener"]),
  tokens("envoy.virtual_host", "vhost.$.**"),
  tokens("envoy.mongo_prefix", "mongo.$.**"),
  tokens("envoy.route", "vhost.*.route.$.**"),
  tokens("envoy.thrift_prefix", "thrift.$.**"),
  tokens("envoy.redis_prefix", "redis.$.**"),
  tokens("envoy.local_http_ratelimit_prefix", "$.http_local_rate_limit.**"),
  tokens("envoy.local_network_ratelimit_prefix", "local_rate_limit.$.**"),
  tokens("envoy.local_listener_ratelimit_prefix", "listener_local_ratelimit.$.**"),
  tokens("envoy.dns_filter_prefix", "dns_filter.$.**"),
  tokens("envoy.endpoint_address", "cluster.*.endpoint.$.**"),
];
