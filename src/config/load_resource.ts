/**
 * From one resource of a response (discovery_response.ts) to the checked, frozen shape of its type: the steps of load.ts
 * for what is told while denvoy runs. A resource that is refused says nothing of the others (spec/xds.md 7.3).
 *
 * What a resource says of clusters is held against those known at that moment; paths in problems begin at the resource.
 */

import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "../base/errors.ts";
import type { ClusterConfig, LoadAssignment } from "./cluster_config.ts";
import { checkConstraints } from "./constraints.ts";
import type { ReceivedResource } from "./discovery_response.ts";
import { type PathStep, pathText } from "./field_path.ts";
import { deepFreeze } from "./freeze.ts";
import { KnownEndpoints } from "./known_endpoints.ts";
import { DEFAULT_HTTP_FILTERS, type LoadOptions } from "./load.ts";
import { locatedProblem } from "./load_message.ts";
import { checkReferencesIn, type KnownClusters } from "./references.ts";
import type { RouteConfiguration } from "./route_config.ts";
import { clusterSchema } from "./schema/cluster.ts";
import { NO_DATA } from "./schema/data_source.ts";
import { endpointsSchema, type ReadAssignment } from "./schema/endpoint.ts";
import { filterOverridesSchema } from "./schema/filter_overrides.ts";
import { listenerSchema, type ReadListener } from "./schema/listener.ts";
import { routeConfigurationSchema } from "./schema/route_configuration.ts";
import { type RuntimeResource, runtimeResourceSchema } from "./schema/runtime.ts";
import { readWithSchema } from "./schema_read.ts";
import { checkSourcePaths } from "./source_paths.ts";
import { removeInertFields, workingCopy } from "./working_tree.ts";

/** How strict to be, and how to reach outside: for resources as for a bootstrap. */
export type ResourceOptions = Pick<
  LoadOptions,
  "allowUnsupported" | "readFile" | "env" | "pathExists" | "httpFilters"
>;

/** A resource, checked. Everything in it is frozen. */
export interface LoadedResource<Config> {
  readonly config: Config;
  readonly warnings: readonly ConfigProblem[];
}

/** The endpoints of one service. */
export interface EndpointsResource {
  readonly clusterName: string;
  readonly assignment: LoadAssignment;
  /** So long they hold unless others come; 0 = for ever. */
  readonly staleAfterMs: number;
}

/** Full names of the messages that are read here. */
export const ResourceType = {
  cluster: "envoy.config.cluster.v3.Cluster",
  endpoints: "envoy.config.endpoint.v3.ClusterLoadAssignment",
  listener: "envoy.config.listener.v3.Listener",
  routes: "envoy.config.route.v3.RouteConfiguration",
  runtime: "envoy.service.runtime.v3.Runtime",
} as const;

const NO_CLUSTERS: KnownClusters = { isKnown: () => false };

/** Reads resources; every method throws ConfigError with all that is wrong with its resource. */
export class ResourceLoader {
  readonly #options: ResourceOptions;
  readonly #listener: z.ZodType<ReadListener>;
  readonly #routes: z.ZodType<RouteConfiguration>;
  readonly #knownEndpoints = new KnownEndpoints();

  constructor(options: ResourceOptions = {}) {
    this.#options = options;
    const httpFilters = options.httpFilters ?? DEFAULT_HTTP_FILTERS;
    const data = { readFile: options.readFile ?? NO_DATA.readFile, env: options.env ?? NO_DATA.env };
    this.#listener = listenerSchema({ httpFilters, data });
    this.#routes = routeConfigurationSchema(data, filterOverridesSchema(httpFilters));
  }

  cluster(resource: ReceivedResource): LoadedResource<ClusterConfig> {
    return this.#load(resource, ResourceType.cluster, clusterSchema, NO_CLUSTERS);
  }

  /** A listener whose own routes name clusters that are not known is refused, unless they say not to look. */
  listener(resource: ReceivedResource, clusters: KnownClusters): LoadedResource<ReadListener> {
    return this.#load(resource, ResourceType.listener, this.#listener, clusters);
  }

  /** Clusters are looked for only if `validate_clusters` says so. */
  routes(resource: ReceivedResource, clusters: KnownClusters): LoadedResource<RouteConfiguration> {
    return this.#load(resource, ResourceType.routes, this.#routes, clusters);
  }

  endpoints(resource: ReceivedResource): LoadedResource<EndpointsResource> {
    const { message, sourceMap } = resource, known = this.#knownEndpoints;
    const short = known.shortened(message, sourceMap);
    const read = short === null ? null : this.#tryEndpoints({ ...resource, message: short });
    if (read !== null) return { config: deepFreeze(endpointsOf(known.complete(message, read))), warnings: [] };
    const { config, warnings } = this.#load(resource, ResourceType.endpoints, endpointsSchema, NO_CLUSTERS);
    if (warnings.length === 0) known.note(message, config);
    return { config: deepFreeze(endpointsOf(config)), warnings };
  }

  /** Null = there is something to say, which the whole resource has to be read for. */
  #tryEndpoints(resource: ReceivedResource): ReadAssignment | null {
    try {
      const { config, warnings } = this.#load(resource, ResourceType.endpoints, endpointsSchema, NO_CLUSTERS);
      return warnings.length === 0 ? config : null;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return null;
    }
  }

  runtime(resource: ReceivedResource): LoadedResource<RuntimeResource> {
    return this.#load(resource, ResourceType.runtime, runtimeResourceSchema, NO_CLUSTERS);
  }

  #load<Config>(
    { message, sourceMap, problems: seen }: ReceivedResource,
    messageName: string,
    schema: z.ZodType<Config>,
    clusters: KnownClusters,
  ): LoadedResource<Config> {
    const { allowUnsupported = false, pathExists = () => false } = this.#options;
    const problems: ConfigProblem[] = [...seen], warnings: ConfigProblem[] = [];
    const working = workingCopy(message, sourceMap);
    delete working["@type"];
    const into = (list: ConfigProblem[]) => (path: readonly PathStep[], reason: string) =>
      void list.push(locatedProblem(sourceMap, working, path, reason));
    const problem = into(problems), warning = into(warnings);

    checkConstraints(messageName, working, sourceMap, { problem, warning });
    const isSound = problems.length === 0;
    checkReferencesIn(messageName, working, clusters, problem, warning);
    checkSourcePaths(messageName, working, pathExists, problem);
    removeInertFields(messageName, working, warning);
    const config = readWithSchema(schema, messageName, working, allowUnsupported, {
      // What Envoy refuses here is said already.
      unsupported: (path, reason) => {
        if (!problems.some((known) => known.path === pathText(path))) problem(path, reason);
      },
      // With earlier problems this may be their consequence: say it once they are gone.
      invalid: isSound ? problem : () => {},
      warning,
    });
    if (config === null || problems.length > 0) throw new ConfigError(problems);
    return deepFreeze({ config, warnings });
  }
}

function endpointsOf({ clusterName, localities, policy, staleAfterMs }: ReadAssignment): EndpointsResource {
  return { clusterName, assignment: { endpoints: localities.flat(), policy }, staleAfterMs };
}
