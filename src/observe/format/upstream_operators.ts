/** Where a request went: route, cluster, host, connections and tries (spec/http.md 8.2). */
import type { UpstreamConnectionFacts } from "../connection_facts.ts";
import type { HostFacts } from "../upstream_facts.ts";
import { number, type OperatorTable, text } from "./operator.ts";

/** The name, or where there is none the address. */
function nameOf({ hostname, addressText }: HostFacts): string {
  return hostname === "" ? addressText : hostname;
}

/** Without the port behind the last colon, if that is one. The colons of a bare IPv6 address are none. */
function withoutPort(host: string): string {
  const colon = host.lastIndexOf(":");
  if (colon < 0 || !/^\d+$/.test(host.slice(colon + 1))) return host;
  return host.indexOf(":") === colon || host[colon - 1] === "]" ? host.slice(0, colon) : host;
}

/** An address text's host alone: without port and brackets. */
function hostOf(addressText: string): string {
  return withoutPort(addressText).replace(/^\[(.*)\]$/, "$1");
}

/** Of the connection that the last try was made over. Envoy lists attempts a try, and one try has one connection. */
const attempts = (read: (connection: UpstreamConnectionFacts) => string) =>
  text(({ facts: { upstreamConnection } }) => upstreamConnection === null ? "" : read(upstreamConnection));

/** The upstream connection of the last try, and those of all tries. */
export const UPSTREAM_OPERATORS: OperatorTable = {
  ROUTE_NAME: text(({ facts }) => facts.route?.name ?? facts.routeName),
  VIRTUAL_CLUSTER_NAME: text(({ facts }) => facts.virtualCluster),
  LISTENER_NAME: text(({ connection }) => connection.listener.name),
  FILTER_CHAIN_NAME: text(({ connection }) => connection.listener.filterChainName),
  UPSTREAM_CLUSTER: text(({ facts }) => facts.cluster?.observabilityName ?? facts.upstreamCluster),
  UPSTREAM_CLUSTER_RAW: text(({ facts }) => facts.cluster?.name ?? ""),
  UPSTREAM_HOST: text(({ facts }) => facts.upstreamHost),
  UPSTREAM_HOST_NAME: text(({ facts }) => facts.host === null ? "" : nameOf(facts.host)),
  UPSTREAM_HOST_NAME_WITHOUT_PORT: text(({ facts }) => facts.host === null ? "" : withoutPort(nameOf(facts.host))),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: number(({ facts }) => facts.attempts),
  UPSTREAM_CONNECTION_ID: number(({ facts }) => facts.upstreamConnection?.id ?? 0),
  UPSTREAM_CONNECTION_IDS_ATTEMPTED: attempts(({ id }) => String(id)),
  UPSTREAM_HOSTS_ATTEMPTED: attempts(({ host }) => host.addressText),
  UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT: attempts(({ host }) => hostOf(host.addressText)),
  UPSTREAM_HOST_NAMES_ATTEMPTED: attempts(({ host }) => nameOf(host)),
  UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT: attempts(({ host }) => withoutPort(nameOf(host))),
  CONNECTION_ID: number(({ connection }) => connection.id),
};
