/**
 * What `/server_info` tells of how the process was started: its options and its node, as proto JSON with every field
 * printed (spec/operations.md 6.18, spec/xds.md 3).
 */

import { LOG_LEVEL_NAMES } from "../base/log.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import { messageNameOf } from "../config/type_url.ts";
import { supportedExtensions } from "../config/type_urls.ts";
import type { Json, JsonObject } from "../admin/source.ts";
import { BUILTIN_HTTP_FILTER_SCHEMAS } from "../worker/builtins.ts";
import type { Options } from "./flags.ts";
import { DEFAULT_LOG_FORMAT } from "./log_format.ts";
import { VERSION_TEXT } from "./version.ts";

/** `envoy.admin.v3.CommandLineOptions`, in the order of its fields. */
export function commandLineOptionsJson(options: Options, configPath: string): JsonObject {
  return {
    base_id: String(options.baseId),
    concurrency: options.concurrency,
    config_path: configPath,
    config_yaml: options.configYaml,
    allow_unknown_static_fields: options.allowUnknownStaticFields,
    admin_address_path: options.adminAddressPath,
    local_address_ip_version: options.localAddressIpVersion,
    log_level: LOG_LEVEL_NAMES[options.logLevel],
    component_log_level: options.componentLogLevel,
    log_format: options.logFormat === "" ? DEFAULT_LOG_FORMAT : options.logFormat,
    log_path: options.logPath,
    service_cluster: options.serviceCluster,
    service_node: options.serviceNode,
    service_zone: options.serviceZone,
    file_flush_interval: durationText(options.fileFlushIntervalMs),
    drain_time: `${options.drainTimeS}s`,
    parent_shutdown_time: `${options.parentShutdownTimeS}s`,
    mode: { serve: "Serve", validate: "Validate", init_only: "InitOnly" }[options.mode],
    disable_hot_restart: options.disableHotRestart,
    enable_mutex_tracing: options.enableMutexTracing,
    restart_epoch: 0,
    cpuset_threads: options.cpusetThreads,
    reject_unknown_dynamic_fields: options.rejectUnknownDynamicFields,
    log_format_escaped: options.logFormatEscaped,
    disabled_extensions: [],
    ignore_unknown_dynamic_fields: options.ignoreUnknownDynamicFields,
    use_dynamic_base_id: options.useDynamicBaseId,
    base_id_path: options.baseIdPath,
    drain_strategy: { gradual: "Gradual", immediate: "Immediate" }[options.drainStrategy],
    enable_fine_grain_logging: false,
    socket_path: options.socketPath,
    // Envoy prints the mode as a decimal number, and 0 for its default.
    socket_mode: options.socketMode === "600" ? 0 : Number.parseInt(options.socketMode, 8) || 0,
    enable_core_dump: options.enableCoreDump,
    stats_tag: options.statsTags,
    skip_hot_restart_on_no_parent: options.skipHotRestartOnNoParent,
    skip_hot_restart_parent_stats: options.skipHotRestartParentStats,
    skip_deprecated_logs: options.skipDeprecatedLogs,
    file_flush_min_size: 0,
    log_stacktrace_single_entry: options.logStacktraceSingleEntry,
  };
}

/** Control planes switch features by this: the Envoy release whose behaviour we follow. */
const ENVOY_VERSION = { major_number: 1, minor_number: 40, patch: 0 };

/** `envoy.config.core.v3.Node`, the bootstrap's with the flags over it and filled in. */
export function nodeJson({ node, canonicalBootstrap }: LoadedBootstrap): JsonObject {
  const written = (canonicalBootstrap["node"] ?? {}) as JsonObject;
  const locality = (written["locality"] ?? {}) as JsonObject;
  return {
    id: node.id,
    cluster: node.cluster,
    ...(written["metadata"] === undefined ? {} : { metadata: written["metadata"] }),
    ...(written["locality"] === undefined && node.zone === ""
      ? {}
      : { locality: { region: locality["region"] ?? "", zone: node.zone, sub_zone: locality["sub_zone"] ?? "" } }),
    user_agent_name: "envoy",
    user_agent_build_version: { version: ENVOY_VERSION, metadata: buildMetadata() },
    extensions: supportedExtensions(BUILTIN_HTTP_FILTER_SCHEMAS).map(({ name, category, typeUrl }) => ({
      name,
      category,
      type_descriptor: "",
      disabled: false,
      type_urls: typeUrl === "" ? [] : [messageNameOf(typeUrl)],
    })),
    client_features: (written["client_features"] ?? []) as Json,
    listening_addresses: [],
    dynamic_parameters: {},
  };
}

function buildMetadata(): JsonObject {
  const [revision, version, status, build, library] = VERSION_TEXT.split("/");
  return {
    "revision.status": status!,
    "build.type": build!,
    "revision.sha": revision!,
    "ssl.version": library!,
    "denvoy.version": version!,
  };
}

/** `10s`, `0.250s`. */
function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`;
}
