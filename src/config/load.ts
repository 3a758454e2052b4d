/**
 * From text to a checked, frozen snapshot: the doorway of this floor.
 *
 * ```
 * text ─ yaml.ts ─▶ document ─ proto_json.ts ─▶ canonical tree ─ merge.ts ─▶ one tree
 *      ─ constraints.ts ─▶ checked ─ schema/ ─▶ snapshot shapes ─ references.ts ─▶ snapshot
 * ```
 *
 * Problems of all stages are gathered and thrown together; a later stage runs only as far as an earlier one's problems
 * cannot mislead it.
 */

import type { StatsConfig } from "./stats_config.ts";
import { ConfigError, type ConfigProblem } from "../base/errors.ts";
import { usesCel } from "./cel_use.ts";
import { checkConstraints } from "./constraints.ts";
import type { DnsResolverConfig } from "./dns_config.ts";
import type { DocumentNode } from "./document.ts";
import { type PathStep, pathText } from "./field_path.ts";
import { deepFreeze } from "./freeze.ts";
import { locatedProblem } from "./load_message.ts";
import { mergeMessage } from "./merge.ts";
import { ProtoJsonReader } from "./proto_json.ts";
import { checkReferences } from "./references.ts";
import { mergeRuntimeLayers } from "./runtime_layers.ts";
import type { AdminConfig } from "./schema/admin.ts";
import { type BootstrapConfig, bootstrapSchema, type DynamicResources } from "./schema/bootstrap.ts";
import type { ExtensionSchemas } from "./schema/extension.ts";
import { ROUTER_TYPE_URL, routerSchemas } from "./schema/router.ts";
import type { RuntimeConfig } from "./schema/runtime.ts";
import { readWithSchema } from "./schema_read.ts";
import { checkSourceNode, checkSourcePaths } from "./source_paths.ts";
import type { ListenerConfig } from "./listener_config.ts";
import type { ConfigSnapshot, NodeIdentity } from "./snapshot.ts";
import { type CanonicalMessage, messageIn, SourceMap } from "./source_map.ts";
import { parseDocument } from "./text_format.ts";
import { removeInertFields, workingCopy } from "./working_tree.ts";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";

/** Where a bootstrap comes from; one of the two at least. */
export interface BootstrapSources {
  /** `--config-path`: the file's text, and its name, whose extension says what it is. */
  readonly file?: { readonly text: string; readonly fileName: string };
  /** `--config-yaml`, merged over the file. */
  readonly overlayYaml?: string;
}

/** How strict to be, and how to reach outside. */
export interface LoadOptions {
  /** What Envoy knows and denvoy lacks is left out with a warning, where that is safe. */
  readonly allowUnsupported?: boolean;
  /** What Envoy does not know either is left out with a warning. */
  readonly allowUnknownStaticFields?: boolean;
  /** Extension types that Envoy does not know are left out with a warning. */
  readonly tolerateUnknownExtensions?: boolean;
  /** Reads a file that the configuration names. Throws when it cannot. */
  readonly readFile?: (path: string) => Uint8Array;
  /** Reads an environment variable. */
  readonly env?: (name: string) => string | undefined;
  /** Whether there is something at a path that resources shall come from; without it there is nothing. */
  readonly pathExists?: (path: string) => boolean;
  /** HTTP filters by type URL; the router alone when absent. */
  readonly httpFilters?: ExtensionSchemas;
  /** `--service-node`, `--service-cluster`, `--service-zone`: win over the bootstrap's node. */
  readonly node?: Partial<NodeIdentity>;
}

/** A bootstrap, checked. Everything in it is frozen. */
export interface LoadedBootstrap {
  readonly snapshot: ConfigSnapshot;
  readonly admin: AdminConfig;
  readonly runtime: RuntimeConfig;
  readonly node: NodeIdentity;
  readonly dynamic: DynamicResources;
  /** Beside `snapshot.listeners`: which of the bootstrap's each is. */
  readonly listenerIndexes: readonly number[];
  /** Null = whoever reads has them flushed. */
  readonly statsFlushIntervalMs: number | null;
  readonly stats: StatsConfig;
  /** Of clusters that name no resolver of their own. */
  readonly dnsResolver: DnsResolverConfig;
  /** Where ejections and returns of outliers are written; empty = nowhere. */
  readonly outlierLogPath: string;
  /** `Bootstrap` as proto3 JSON, merged, no defaults added. */
  readonly canonicalBootstrap: Readonly<CanonicalMessage>;
  readonly warnings: readonly ConfigProblem[];
}

/** The HTTP filters that come with this floor. */
export const DEFAULT_HTTP_FILTERS: ExtensionSchemas = new Map([
  [ROUTER_TYPE_URL, { ...routerSchemas, isTerminal: true }],
]);

/**
 * Reads and checks a bootstrap; throws ConfigError with every problem found. One with CEL expressions wants their engine:
 * see base/cel/cel.ts.
 */
export function loadBootstrap(sources: BootstrapSources, options: LoadOptions = {}): LoadedBootstrap {
  const problems: ConfigProblem[] = [], warnings: ConfigProblem[] = [];
  const sourceMap = new SourceMap();
  const canonical: CanonicalMessage = {};
  for (const document of documentsOf(sources)) {
    const reader = new ProtoJsonReader(sourceMap, readOptions(options), problems, warnings);
    mergeMessage(BOOTSTRAP, canonical, reader.read(BOOTSTRAP, document), sourceMap);
  }

  const working = workingCopy(canonical, sourceMap);
  const problem = (path: readonly PathStep[], reason: string) =>
    void problems.push(locatedProblem(sourceMap, working, path, reason));
  const warning = (path: readonly PathStep[], reason: string) =>
    void warnings.push(locatedProblem(sourceMap, working, path, reason));
  checkConstraints(BOOTSTRAP, working, sourceMap, { problem, warning });
  const isSound = problems.length === 0;
  checkReferences(working, problem, warning);
  checkSourcePaths(BOOTSTRAP, working, options.pathExists ?? (() => false), problem);
  checkSourceNode(working, { ...nodeNames(working), ...options.node }, problem);
  removeInertFields(BOOTSTRAP, working, warning);

  const schema = bootstrapSchema({
    httpFilters: options.httpFilters ?? DEFAULT_HTTP_FILTERS,
    data: { readFile: options.readFile ?? refuseFiles, env: options.env ?? (() => undefined) },
  });
  const config = readWithSchema(schema, BOOTSTRAP, working, options.allowUnsupported ?? false, {
    // What Envoy refuses here is said already.
    unsupported: (path, reason) => {
      if (!problems.some((known) => known.path === pathText(path))) problem(path, reason);
    },
    // With earlier problems this may be their consequence: say it once they are gone.
    invalid: isSound ? problem : () => {},
    warning,
  });
  if (config === null || problems.length > 0) throw new ConfigError(problems);

  const node = { ...config.node, ...options.node };
  const { listeners, listenerIndexes } = uniqueListeners(config, warning);
  return deepFreeze({
    snapshot: {
      generation: 1,
      node,
      localCluster: config.localCluster,
      listeners,
      clusters: config.clusters,
      runtime: mergeRuntimeLayers(config.runtime.layers),
      usesCel: usesCel([listeners, config.clusters]),
    },
    admin: config.admin,
    runtime: config.runtime,
    node,
    dynamic: config.dynamic,
    listenerIndexes,
    statsFlushIntervalMs: config.statsFlushIntervalMs,
    stats: config.stats,
    dnsResolver: config.dnsResolver,
    outlierLogPath: config.outlierLogPath,
    canonicalBootstrap: canonical,
    warnings,
  });
}

function documentsOf({ file, overlayYaml }: BootstrapSources): DocumentNode[] {
  const documents: DocumentNode[] = [];
  if (file !== undefined) documents.push(parseDocument(file.text, file.fileName));
  if (overlayYaml !== undefined) documents.push(parseDocument(overlayYaml, "--config-yaml.yaml"));
  if (documents.length > 0) return documents;
  throw new ConfigError([{
    path: "",
    reason: "At least one of --config-path or --config-yaml or Options::configProto() should be non-empty",
  }]);
}

function readOptions(options: LoadOptions) {
  return {
    allowUnknownFields: options.allowUnknownStaticFields ?? false,
    tolerateUnknownExtensions: options.tolerateUnknownExtensions ?? false,
  };
}

/** Envoy skips a second static listener of a name in silence. Nameless ones are told apart. */
function uniqueListeners(
  config: BootstrapConfig,
  warn: (path: readonly PathStep[], reason: string) => void,
): { readonly listeners: ListenerConfig[]; readonly listenerIndexes: number[] } {
  const names = new Set<string>(), listenerIndexes: number[] = [];
  const listeners = config.listeners.flatMap((listener, index) => {
    let { name } = listener;
    if (listener.isNamed && names.has(name)) {
      warn(["static_resources", "listeners", index], `second listener named '${name}': left out, as in Envoy`);
      return [];
    }
    listenerIndexes.push(index);
    // Only port 0 can give two nameless listeners the same name.
    for (let copy = 2; names.has(name); copy++) name = `${listener.name}#${copy}`;
    names.add(name);
    const { isNamed: _, ...kept } = listener;
    return [{ ...kept, name }];
  });
  return { listeners, listenerIndexes };
}

function nodeNames(bootstrap: CanonicalMessage): { readonly id: string; readonly cluster: string } {
  const { id, cluster } = messageIn(bootstrap, "node");
  return { id: String(id ?? ""), cluster: String(cluster ?? "") };
}

function refuseFiles(): never {
  throw new Error("files cannot be read here");
}
