/**
 * What a configuration with dynamic sources must bring along: the files and directories that it names, and, in a bootstrap,
 * a node with a name (spec/xds.md 2, 4).
 */

import type { PathStep } from "./field_path.ts";
import { walkMessages } from "./message_walk.ts";
import { type CanonicalMessage, messageIn } from "./source_map.ts";
import { TYPE_URL_PREFIX } from "./type_url.ts";

const SOURCE = "envoy.config.core.v3.ConfigSource";

/** Where sources stand, and what comes from them. */
const SOURCE_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "envoy.config.bootstrap.v3.Bootstrap.DynamicResources": {
    lds_config: "envoy.config.listener.v3.Listener",
    cds_config: "envoy.config.cluster.v3.Cluster",
  },
  "envoy.config.bootstrap.v3.RuntimeLayer.RtdsLayer": { rtds_config: "envoy.service.runtime.v3.Runtime" },
  "envoy.config.cluster.v3.Cluster.EdsClusterConfig": {
    eds_config: "envoy.config.endpoint.v3.ClusterLoadAssignment",
  },
  "envoy.extensions.filters.network.http_connection_manager.v3.Rds": {
    config_source: "envoy.config.route.v3.RouteConfiguration",
  },
};

type Report = (path: readonly PathStep[], reason: string) => void;

/** Refuses sources whose file or watched directory is not there. */
export function checkSourcePaths(
  messageName: string,
  tree: CanonicalMessage,
  pathExists: (path: string) => boolean,
  report: Report,
): void {
  walkMessages(messageName, tree, (descriptor, message, path) => {
    if (descriptor.name !== SOURCE) return;
    const source = messageIn(message, "path_config_source");
    const file = message["path"] ?? source["path"], directory = messageIn(source, "watched_directory")["path"];
    const filePath = message["path"] === undefined ? [...path, "path_config_source", "path"] : [...path, "path"];
    if (typeof file === "string" && file !== "" && !pathExists(file)) {
      report(filePath, `paths must refer to an existing path in the system: '${file}' does not exist`);
    }
    if (typeof directory === "string" && directory !== "" && !pathExists(directory)) {
      const reason = `unable to add filesystem watch for file ${directory}/: No such file or directory`;
      report([...path, "path_config_source", "watched_directory", "path"], reason);
    }
  });
}

/** Refuses sources in the bootstrap of a node that does not say who it is. */
export function checkSourceNode(
  bootstrap: CanonicalMessage,
  node: { readonly id: string; readonly cluster: string },
  report: Report,
): void {
  if (node.id !== "" && node.cluster !== "") return;
  walkMessages("envoy.config.bootstrap.v3.Bootstrap", bootstrap, (descriptor, message, path) => {
    for (const [field, resource] of Object.entries(SOURCE_FIELDS[descriptor.name] ?? {})) {
      if (message[field] === undefined) continue;
      const reason = `${TYPE_URL_PREFIX}${resource}: node 'id' and 'cluster' are required. Set it either in 'node' ` +
        `config or via --service-node and --service-cluster options.`;
      report([...path, field], reason);
    }
  });
}
