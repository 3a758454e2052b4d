/** `envoy.config.bootstrap.v3.Bootstrap` (spec/xds.md 2). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { ClusterConfig } from "../cluster_config.ts";
import type { DnsResolverConfig } from "../dns_config.ts";
import { NO_NODE, type NodeIdentity } from "../snapshot.ts";
import { type AdminConfig, adminSchema, DEFAULT_PROFILE_PATH } from "./admin.ts";
import type { ConfigSource } from "../config_source.ts";
import { clusterSchema } from "./cluster.ts";
import { bootstrapResolver, resolverFields } from "./dns_resolver.ts";
import { configSourceSchema } from "./config_source.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { duration, extensionList, flag, list, text } from "./field.ts";
import type { FilterContext } from "./http_connection_manager.ts";
import { listenerSchema, type ReadListener } from "./listener.ts";
import { statsConfigSchema } from "./stats_config.ts";
import { DEFAULT_STATS, type StatsConfig } from "../stats_config.ts";
import { structSchema } from "./metadata.ts";
import { DEFAULT_RUNTIME, layeredRuntimeSchema, type RuntimeConfig } from "./runtime.ts";

/** What a bootstrap says, defaults filled in. */
export interface BootstrapConfig {
  readonly node: NodeIdentity;
  /** Empty = none is named. */
  readonly localCluster: string;
  readonly admin: AdminConfig;
  readonly runtime: RuntimeConfig;
  /** Null = whoever reads has them flushed (`stats_flush_on_admin`). */
  readonly statsFlushIntervalMs: number | null;
  readonly stats: StatsConfig;
  /** Of clusters that name no resolver of their own. */
  readonly dnsResolver: DnsResolverConfig;
  /** `cluster_manager.outlier_detection.event_log_path`; empty = none. */
  readonly outlierLogPath: string;
  readonly listeners: readonly ReadListener[];
  readonly clusters: readonly ClusterConfig[];
  readonly dynamic: DynamicResources;
}

/** `DynamicResources`: where all listeners and all clusters come from that the bootstrap does not name; null = nowhere. */
export interface DynamicResources {
  readonly lds: ConfigSource | null;
  readonly cds: ConfigSource | null;
}

/** The rest of the node stays in the canonical tree: only control planes read it. */
const nodeSchema = z.object({
  id: text(),
  cluster: text(),
  metadata: structSchema.optional(),
  locality: z.object({ region: text(), zone: text(), sub_zone: text() }).optional(),
}).transform(({ id, cluster, metadata, locality }): NodeIdentity => ({
  id,
  cluster,
  region: locality?.region ?? "",
  zone: locality?.zone ?? "",
  subZone: locality?.sub_zone ?? "",
  metadata: metadata ?? {},
}));

const NO_ADMIN: AdminConfig = { address: null, accessLogs: [], allowPaths: [], profilePath: DEFAULT_PROFILE_PATH };

/** Bootstrap extensions that have nothing to do: internal listeners are refused where they are used. */
export const bootstrapExtensions: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.bootstrap.internal_listener.v3.InternalListener`, {
    schema: z.looseObject({}),
    isTerminal: false,
  }],
]);

/** `Bootstrap`. */
export function bootstrapSchema(context: FilterContext): z.ZodType<BootstrapConfig> {
  return z.strictObject({
    node: nodeSchema.optional(),
    static_resources: z.strictObject({
      listeners: list(listenerSchema(context)),
      clusters: list(clusterSchema),
    }).optional(),
    dynamic_resources: z.strictObject({
      lds_config: configSourceSchema.optional(),
      cds_config: configSourceSchema.optional(),
    }).optional(),
    cluster_manager: z.strictObject({
      local_cluster_name: text(),
      outlier_detection: z.strictObject({ event_log_path: text() }).optional(),
    }).optional(),
    stats_flush_interval: duration(5_000),
    stats_flush_on_admin: flag(false),
    stats_config: statsConfigSchema.optional(),
    ...resolverFields,
    layered_runtime: layeredRuntimeSchema.optional(),
    admin: adminSchema.optional(),
    bootstrap_extensions: extensionList(namedExtension({
      what: "bootstrap extension",
      packagePrefix: "envoy.extensions.bootstrap.",
      schemas: bootstrapExtensions,
    })),
  }).transform((message): BootstrapConfig => ({
    node: message.node ?? NO_NODE,
    localCluster: message.cluster_manager?.local_cluster_name ?? "",
    admin: message.admin ?? NO_ADMIN,
    runtime: message.layered_runtime ?? DEFAULT_RUNTIME,
    statsFlushIntervalMs: message.stats_flush_on_admin ? null : message.stats_flush_interval,
    stats: message.stats_config ?? DEFAULT_STATS,
    dnsResolver: bootstrapResolver(message),
    outlierLogPath: message.cluster_manager?.outlier_detection?.event_log_path ?? "",
    listeners: message.static_resources?.listeners ?? [],
    clusters: message.static_resources?.clusters ?? [],
    dynamic: {
      lds: message.dynamic_resources?.lds_config ?? null,
      cds: message.dynamic_resources?.cds_config ?? null,
    },
  }));
}
