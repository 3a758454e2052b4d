/**
 * The line of a connection that has ended, in the access log of its listener (spec/http.md 8.1). It is of no request: what
 * a stream alone has is missing, sizes and times are the connection's.
 */
import type { FilterChainConfig, ListenerConfig } from "../config/listener_config.ts";
import { AccessLogger, type AccessLogServices } from "../observe/access_log/logger.ts";
import type { ConnectionFacts, ListenerFacts } from "../observe/connection_facts.ts";
import { StreamFacts } from "../observe/stream_facts.ts";
import { OwnStreamView } from "../observe/stream_view.ts";
import type { Connection } from "../transport/transport.ts";

/** What a listener adds to the logs of its connections. */
export interface ListenerLog {
  readonly facts: ListenerFacts;
  /** Of connections; null = they are not logged. */
  readonly logger: AccessLogger | null;
}

/** Makes it, for one worker and the connections of one filter chain. */
export function listenerLogOf(
  config: ListenerConfig,
  services: AccessLogServices,
  chain: FilterChainConfig = config.filterChains[0]!,
): ListenerLog {
  const { name: filterChainName, metadata: filterChainMetadata } = chain;
  return {
    facts: {
      name: config.name,
      filterChainName,
      trafficDirection: config.trafficDirection,
      metadata: config.metadata,
      filterChainMetadata,
    },
    logger: AccessLogger.of(config.accessLogs, services),
  };
}

/** Logs a connection; without a logger nothing is done. */
export function logConnection(logger: AccessLogger | null, connection: ConnectionFacts, wire: Connection): void {
  if (logger === null) return;
  const facts = new StreamFacts();
  facts.reset(connection.startMs, connection.startWallMs);
  facts.endMs = connection.endMs;
  facts.protocol = connection.protocol;
  facts.bytesReceived = wire.bytesRead;
  facts.bytesSent = wire.bytesWritten;
  if (connection.hasProtocolError) facts.flag("DPE");
  logger.log(new OwnStreamView(facts, connection));
}
