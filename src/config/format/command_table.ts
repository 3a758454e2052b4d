/**
 * Every command that a format string may hold, with what it takes (spec/http.md 8.2). The names are those of Envoy 1.40;
 * what a command gives is said where it is compiled, in `observe/format/`, and a test there sees to it that none is
 * missing.
 */
import type { CelOption } from "../../base/cel/expression.ts";
import {
  anyText,
  type ArgumentReader,
  celExpression,
  durationPoints,
  filterStateKey,
  grpcStatusForm,
  headerNames,
  maskLength,
  metadataPath,
  noArguments,
  pathParts,
  queryForm,
  serverNameSources,
  timeFormat,
  typedMetadataPath,
  whitespace,
} from "./command_arguments.ts";

/** What a command takes. */
export interface CommandSyntax {
  /** `never`: neither brackets nor a length. */
  readonly parameters: "never" | "optional" | "required";
  readonly mayBeCut: boolean;
  readonly readArguments: ArgumentReader;
  /** The name it goes by from here on. */
  readonly command: string;
}

function plain(names: string): [string, CommandSyntax][] {
  return names.trim().split(/\s+/).map((command) => [
    command,
    { parameters: "never", mayBeCut: false, readArguments: noArguments, command },
  ]);
}

function optional(readArguments: ArgumentReader, ...names: string[]): [string, CommandSyntax][] {
  return names.map((command) => [command, { parameters: "optional", mayBeCut: false, readArguments, command }]);
}

function optionalCut(readArguments: ArgumentReader, ...names: string[]): [string, CommandSyntax][] {
  return names.map((command) => [command, { parameters: "optional", mayBeCut: true, readArguments, command }]);
}

function required(command: string, readArguments: ArgumentReader): [string, CommandSyntax] {
  return [command, { parameters: "required", mayBeCut: false, readArguments, command }];
}

function requiredCut(name: string, readArguments: ArgumentReader, command = name): [string, CommandSyntax] {
  return [name, { parameters: "required", mayBeCut: true, readArguments, command }];
}

/** By the name that stands in the format. */
export const COMMANDS: ReadonlyMap<string, CommandSyntax> = new Map([
  // ---- heads
  requiredCut("REQ", headerNames),
  requiredCut("REQUEST_HEADER", headerNames, "REQ"),
  requiredCut("STREAM_INFO_REQ", headerNames, "REQ"),
  requiredCut("RESP", headerNames),
  requiredCut("RESPONSE_HEADER", headerNames, "RESP"),
  requiredCut("TRAILER", headerNames),
  requiredCut("RESPONSE_TRAILER", headerNames, "TRAILER"),
  requiredCut("QUERY_PARAM", anyText),
  ...optionalCut(queryForm, "QUERY_PARAMS"),
  ...optionalCut(pathParts, "PATH"),
  ...plain("PROTOCOL UPSTREAM_PROTOCOL"),
  ...optional(serverNameSources, "REQUESTED_SERVER_NAME"),
  // ---- the outcome
  ...plain("RESPONSE_CODE RESPONSE_FLAGS RESPONSE_FLAGS_LONG CUSTOM_FLAGS CONNECTION_TERMINATION_DETAILS"),
  ...optional(whitespace, "RESPONSE_CODE_DETAILS"),
  ...optional(grpcStatusForm, "GRPC_STATUS"),
  ...plain("GRPC_STATUS_NUMBER"),
  ...plain(`
    UPSTREAM_TRANSPORT_FAILURE_REASON DOWNSTREAM_TRANSPORT_FAILURE_REASON
    UPSTREAM_LOCAL_CLOSE_REASON DOWNSTREAM_LOCAL_CLOSE_REASON
    UPSTREAM_DETECTED_CLOSE_TYPE DOWNSTREAM_DETECTED_CLOSE_TYPE`),
  // ---- times
  ...optional(timeFormat, "START_TIME", "START_TIME_LOCAL", "EMIT_TIME", "EMIT_TIME_LOCAL"),
  ...plain(`
    DURATION REQUEST_DURATION REQUEST_TX_DURATION RESPONSE_DURATION RESPONSE_TX_DURATION ROUNDTRIP_DURATION
    DOWNSTREAM_HANDSHAKE_DURATION UPSTREAM_CONNECTION_POOL_READY_DURATION DOWNSTREAM_CX_RTT`),
  required("COMMON_DURATION", durationPoints),
  // ---- sizes
  ...plain(`
    BYTES_RECEIVED BYTES_SENT BYTES_RETRANSMITTED PACKETS_RETRANSMITTED
    REQUEST_HEADERS_BYTES RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES
    DOWNSTREAM_WIRE_BYTES_RECEIVED DOWNSTREAM_WIRE_BYTES_SENT
    DOWNSTREAM_HEADER_BYTES_RECEIVED DOWNSTREAM_HEADER_BYTES_SENT
    DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT
    UPSTREAM_WIRE_BYTES_RECEIVED UPSTREAM_WIRE_BYTES_SENT
    UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT
    UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT`),
  // ---- where it went
  ...plain(`
    ROUTE_NAME VIRTUAL_CLUSTER_NAME LISTENER_NAME FILTER_CHAIN_NAME UPSTREAM_CLUSTER UPSTREAM_CLUSTER_RAW
    UPSTREAM_HOST UPSTREAM_HOST_NAME UPSTREAM_HOST_NAME_WITHOUT_PORT UPSTREAM_REQUEST_ATTEMPT_COUNT
    UPSTREAM_HOSTS_ATTEMPTED UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT
    UPSTREAM_HOST_NAMES_ATTEMPTED UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT
    UPSTREAM_CONNECTION_ID UPSTREAM_CONNECTION_IDS_ATTEMPTED CONNECTION_ID`),
  // ---- addresses
  ...plain(`
    UPSTREAM_LOCAL_ADDRESS UPSTREAM_LOCAL_PORT
    UPSTREAM_REMOTE_ADDRESS UPSTREAM_REMOTE_PORT UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID
    DOWNSTREAM_REMOTE_ADDRESS DOWNSTREAM_REMOTE_PORT
    DOWNSTREAM_DIRECT_REMOTE_ADDRESS DOWNSTREAM_DIRECT_REMOTE_PORT
    DOWNSTREAM_LOCAL_ADDRESS DOWNSTREAM_LOCAL_PORT DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID
    DOWNSTREAM_DIRECT_LOCAL_ADDRESS DOWNSTREAM_DIRECT_LOCAL_PORT DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID`),
  ...optional(
    maskLength,
    "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
    "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT",
  ),
  // ---- TLS
  ...plain(`
    DOWNSTREAM_TLS_VERSION DOWNSTREAM_TLS_CIPHER DOWNSTREAM_TLS_GROUP DOWNSTREAM_TLS_SESSION_ID
    DOWNSTREAM_PEER_SUBJECT DOWNSTREAM_PEER_ISSUER DOWNSTREAM_PEER_CERT DOWNSTREAM_PEER_SERIAL
    DOWNSTREAM_PEER_FINGERPRINT_1 DOWNSTREAM_PEER_FINGERPRINT_256
    DOWNSTREAM_PEER_ISSUER_SERIAL DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256
    DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1 DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256 DOWNSTREAM_PEER_CHAIN_SERIALS
    DOWNSTREAM_PEER_URI_SAN DOWNSTREAM_PEER_DNS_SAN DOWNSTREAM_PEER_IP_SAN
    DOWNSTREAM_PEER_EMAIL_SAN DOWNSTREAM_PEER_OTHERNAME_SAN
    DOWNSTREAM_LOCAL_SUBJECT DOWNSTREAM_LOCAL_URI_SAN DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_LOCAL_IP_SAN
    DOWNSTREAM_LOCAL_EMAIL_SAN DOWNSTREAM_LOCAL_OTHERNAME_SAN
    UPSTREAM_TLS_VERSION UPSTREAM_TLS_CIPHER UPSTREAM_TLS_GROUP UPSTREAM_TLS_SESSION_ID UPSTREAM_SERVER_NAME
    UPSTREAM_PEER_SUBJECT UPSTREAM_PEER_ISSUER UPSTREAM_PEER_CERT
    UPSTREAM_PEER_URI_SAN UPSTREAM_PEER_DNS_SAN UPSTREAM_PEER_IP_SAN
    UPSTREAM_LOCAL_URI_SAN UPSTREAM_LOCAL_DNS_SAN UPSTREAM_LOCAL_IP_SAN
    TLS_JA3_FINGERPRINT TLS_JA4_FINGERPRINT`),
  ...optional(
    timeFormat,
    "DOWNSTREAM_PEER_CERT_V_START",
    "DOWNSTREAM_PEER_CERT_V_END",
    "UPSTREAM_PEER_CERT_V_START",
    "UPSTREAM_PEER_CERT_V_END",
  ),
  // ---- what filters and configuration say
  requiredCut("DYNAMIC_METADATA", metadataPath("DYNAMIC"), "METADATA"),
  alias(required("CLUSTER_METADATA", metadataPath("CLUSTER")), "METADATA"),
  alias(required("UPSTREAM_METADATA", metadataPath("UPSTREAM_HOST")), "METADATA"),
  ...optionalCut(typedMetadataPath, "METADATA"),
  ...optionalCut(filterStateKey, "FILTER_STATE", "UPSTREAM_FILTER_STATE"),
  // ---- the rest
  ...plain("STREAM_ID UNIQUE_ID TRACE_ID SPAN_ID HOSTNAME LOCAL_REPLY_BODY ACCESS_LOG_TYPE"),
  requiredCut("ENVIRONMENT", anyText),
  requiredCut("COALESCE", anyText),
  ...celCommands([]),
]);

/** What an entry of `formatters` adds, by its name in the format. */
export const FORMATTER_COMMANDS: ReadonlyMap<string, CommandSyntax> = new Map([
  ...optionalCut(headerNames, "REQ_WITHOUT_QUERY"),
]);

/** Envoy has them, denvoy does not: how often a route was looked for, and how long that took. */
export const UNSUPPORTED_COMMANDS: ReadonlySet<string> = new Set([
  "ROUTE_RESOLUTION_COUNT",
  "ROUTE_RESOLUTION_TIME_US",
]);

/** CEL with what an entry of `formatters` switches on, in place of the built-in one. */
export function celCommands(options: readonly CelOption[]): [string, CommandSyntax][] {
  return optionalCut(celExpression(options), "CEL", "TYPED_CEL");
}

function alias([name, syntax]: [string, CommandSyntax], command: string): [string, CommandSyntax] {
  return [name, { ...syntax, command }];
}
