/** `xds.*`: what the configuration says about where a stream came in and where it went (Envoy's page on attributes). */
import type { NodeIdentity } from "../../config/snapshot.ts";
import type { FilterMetadata } from "../../config/metadata_config.ts";
import type { TrafficDirection } from "../../config/listener_config.ts";
import type { AttributeTable } from "./attribute.ts";
import { MessageFields, metadataMessage, nodeMessage } from "./field_maps.ts";

const DIRECTIONS: Readonly<Record<TrafficDirection, bigint>> = { UNSPECIFIED: 0n, INBOUND: 1n, OUTBOUND: 2n };

/** By name; `node` is this proxy. */
export function xdsAttributes(node: NodeIdentity): AttributeTable {
  return {
    node: () => new MessageFields(nodeMessage(node)),
    cluster_name: ({ facts }) => facts.cluster?.name,
    cluster_metadata: ({ facts: { cluster } }) => cluster === null ? undefined : metadataMessage(cluster.metadata),
    route_name: ({ facts }) => facts.route?.name,
    route_metadata: ({ facts: { route } }) => route === null ? undefined : metadataMessage(route.metadata),
    virtual_host_name: ({ facts }) => facts.route?.virtualHost ?? facts.routelessHost?.name,
    virtual_host_metadata: ({ facts: { route, routelessHost } }) => {
      const metadata = route?.virtualHostMetadata ?? routelessHost?.metadata;
      return metadata === undefined ? undefined : metadataMessage(metadata);
    },
    upstream_host_metadata: ({ facts: { host } }) => host === null ? undefined : metadataOrNull(host.metadata),
    upstream_host_locality_metadata: ({ facts: { host } }) =>
      host === null ? undefined : metadataOrNull(host.locality.metadata),
    filter_chain_name: ({ connection }) => connection.listener.filterChainName,
    listener_metadata: ({ connection }) => metadataMessage(connection.listener.metadata),
    listener_direction: ({ connection }) => DIRECTIONS[connection.listener.trafficDirection],
  };
}

/** A host for which nothing is said has none. */
function metadataOrNull(metadata: FilterMetadata): MessageFields | null {
  return Object.keys(metadata).length === 0 ? null : metadataMessage(metadata);
}
