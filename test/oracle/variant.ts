/**
 * A configuration variant: one listener with its connection manager, its routes and its clusters, written as the YAML
 * lines that make it different. All variants of a run share one bootstrap, so few processes serve many cases.
 *
 * A variant's clusters are named in its routes: `cluster: origin` and any other name lead to its own HTTP origin,
 * `cluster: bytes` to one that sends back what it gets, `cluster: none` has no host, at `cluster: dead` nobody listens
 * and at `cluster: stuck` nobody takes connections. `stuck_long` is another cluster of the same kind as `stuck`.
 */
import { bootstrapOf, type HttpListener, httpListener, staticCluster } from "../support/bootstrap.ts";

/** What makes a variant's listener different from a plain one, and from the others. */
export interface Variant extends Omit<HttpListener, "fields"> {
  /** More fields of the listener, as YAML lines. */
  readonly listenerFields?: readonly string[];
  /** More fields of its clusters by name, flow style. */
  readonly clusters?: Readonly<Record<string, readonly string[]>>;
  /** Clusters that are nothing like the others: all their fields but the name, flow style. See {@link ORIGIN_PORT}. */
  readonly ownClusters?: Readonly<Record<string, readonly string[]>>;
  /** More fields of the bootstrap, as YAML lines. All variants share them. */
  readonly bootstrapFields?: readonly string[];
  /**
   * Access loggers, whole, flow style; see access_log_line.ts. Lines are part of what is compared. Empty where only other
   * fields have loggers.
   */
  readonly accessLog?: readonly string[];
  /** Runtime values by key, flow style. All variants share them. */
  readonly runtime?: Readonly<Record<string, string>>;
  /** A regular expression for `/stats`: what a case adds to the counters it names is part of what is compared. */
  readonly stats?: string;
}

/** Where a variant's traffic goes on one side. */
export interface VariantPlaces {
  readonly origin: number;
  readonly bytes: number;
  readonly stuck: number;
  readonly logPath: string;
}

/** Stands in an access logger for the file that the variant's lines go to. */
export const LOG_FILE = "LOG_FILE";

/** Stands in a cluster's fields for the port of the variant's origin; in one of its own `own.NAME` is another of its clusters. */
export const ORIGIN_PORT = "ORIGIN_PORT";

/** Closing after an answer should not take a second in a test. */
const DELAYED_CLOSE = "delayed_close_timeout: 0.02s";

/** Nobody listens there: it is TCPMUX's. */
const DEAD_PORT = 1;

/** A bootstrap with these variants, each a listener of its name. */
export function variantsBootstrap(variants: readonly (readonly [string, Variant, VariantPlaces])[]): string {
  return bootstrapOf(
    variants.map(([name, variant, places]) => variantListener(name, variant, places)),
    variants.flatMap(([name, variant, places]) =>
      clusterNames(variant).map((cluster) =>
        variant.ownClusters?.[cluster] === undefined
          ? staticCluster(
            clusterOf(name, cluster),
            portsOf(cluster, places),
            variant.clusters?.[cluster]?.map((field) => field.replaceAll(ORIGIN_PORT, String(places.origin))),
          )
          : ownCluster(name, cluster, variant.ownClusters[cluster], places)
      )
    ),
    [
      ...runtimeFields(variants.map(([, variant]) => variant)),
      ...variants.flatMap(([name, { bootstrapFields = [] }]) => bootstrapFields.map((line) => withOwn(name, line))),
    ],
  );
}

/** Where no variant has values both sides are left with the runtime that they have by default. */
function runtimeFields(variants: readonly Variant[]): string[] {
  const values = variants.flatMap(({ runtime }) => Object.entries(runtime ?? {}));
  if (values.length === 0) return [];
  const layer = values.map(([key, value]) => `"${key}": ${value}`).join(", ");
  return [`layered_runtime: { layers: [{ name: oracle, static_layer: { ${layer} } }] }`];
}

/** A cluster's name in the bootstrap, which all variants share. */
export function clusterOf(variant: string, cluster: string): string {
  return `${variant}.${cluster}`;
}

/** The clusters that a variant's routes name. */
export function clusterNames(variant: Variant): string[] {
  const text = [...variant.routes ?? [], ...variant.virtualHosts ?? [], variant.scopedRoutes ?? ""].join("\n");
  const named = [...text.matchAll(/\bcluster: (\w+)/g)].map((match) => match[1]!);
  const { clusters = {}, ownClusters = {} } = variant;
  return [...new Set(["origin", ...named, ...Object.keys(clusters), ...Object.keys(ownClusters)])];
}

/** Requests of it may be copied: which of the two comes to the origin first is chance, for each has its connection. */
export function isMirroring(variant: Variant): boolean {
  return JSON.stringify(variant).includes("request_mirror_policies");
}

function variantListener(name: string, variant: Variant, places: VariantPlaces): string[] {
  const { listenerFields = [], managerFields = [], accessLog = [], routes = [], virtualHosts, scopedRoutes } = variant;
  const named = (text: string) =>
    text.replaceAll(/\bcluster: (\w+)/g, (_, cluster) => `cluster: ${clusterOf(name, cluster)}`);
  const manager = managerFields.some((line) => line.startsWith("delayed_close_timeout:"))
    ? managerFields
    : [DELAYED_CLOSE, ...managerFields];
  const logged = (line: string) => line.replaceAll(LOG_FILE, places.logPath);
  const logs = accessLog.map(logged);
  return httpListener(name, {
    ...variant,
    fields: ["address: { socket_address: { address: 127.0.0.1, port_value: 0 } }", ...listenerFields.map(logged)],
    managerFields: logs.length === 0 ? manager : [...manager, `access_log: [${logs.join(", ")}]`],
    routerFields: (variant.routerFields ?? []).map(logged),
    routes: [...routes, "{ match: { prefix: / }, route: { cluster: origin } }"].map(named),
    ...virtualHosts === undefined ? {} : { virtualHosts: virtualHosts.map(named) },
    ...scopedRoutes === undefined ? {} : { scopedRoutes: named(scopedRoutes) },
  });
}

function ownCluster(variant: string, name: string, fields: readonly string[], places: VariantPlaces): string {
  const text = [`name: ${clusterOf(variant, name)}`, ...fields].join(", ");
  return `{ ${withOwn(variant, text).replaceAll(ORIGIN_PORT, String(places.origin))} }`;
}

function withOwn(variant: string, text: string): string {
  return text.replaceAll(/\bown\.(\w+)/g, (_, cluster) => clusterOf(variant, cluster));
}

function portsOf(cluster: string, places: VariantPlaces): readonly number[] {
  switch (cluster.split("_")[0]) {
    case "none":
      return [];
    case "dead":
      return [DEAD_PORT];
    case "bytes":
      return [places.bytes];
    case "stuck":
      return [places.stuck];
    default:
      return [places.origin];
  }
}
