/**
 * What routing may look at: a request's head and what is known beside it. The same input always gives the same decision:
 * chance and runtime values are handed in (spec/http.md 2.2, 2.5).
 */
import type { RequestHead } from "../http/request_head.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { PeerCertificateFacts } from "../match/tls_context_matcher.ts";
import type { FilterState } from "../observe/filter_state.ts";

export interface RouteInput {
  readonly head: RequestHead;
  /** The stream's number by chance, a whole one: the same for every draw of one stream. */
  readonly random: number;
  readonly runtime: RuntimeValues;
  /** The trusted client address, without a port; empty = the client has none. */
  readonly clientAddress: string;
  /** Both ends of the client's connection, `ip:port` each, the client's first: a connection's own text. */
  readonly connectionEnds: string;
  /** Of the client's certificate; null = no TLS. */
  readonly peerCertificate: PeerCertificateFacts | null;
  readonly dynamicMetadata: FilterMetadata;
  /** What filters left under their keys. */
  readonly filterState: FilterState;
}
