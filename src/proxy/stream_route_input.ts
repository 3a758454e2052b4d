/**
 * What routing may look at of one stream (route/route_input.ts): its head and its facts, and what is known of its
 * connection and its worker. Everything is read when it is asked for.
 */
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { PeerCertificateFacts } from "../match/tls_context_matcher.ts";
import type { ConnectionFacts } from "../observe/connection_facts.ts";
import { type FilterState, NO_FILTER_STATE } from "../observe/filter_state.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { RouteInput } from "../route/route_input.ts";
import { addressText } from "../base/address_text.ts";
import type { WorkerServices } from "./hcm_context.ts";

const NO_METADATA: FilterMetadata = {};

/** Used again for the stream's next request, from `begin` on. */
export class StreamRouteInput implements RouteInput {
  readonly head: RequestHead;
  /** Nothing has TLS yet. */
  readonly peerCertificate: PeerCertificateFacts | null = null;
  readonly #facts: StreamFacts;
  #services: WorkerServices | null = null;
  #connection: ConnectionFacts | null = null;
  /** Drawn when it is first asked for; -1 = not yet. */
  #random = -1;

  constructor(head: RequestHead, facts: StreamFacts) {
    this.head = head;
    this.#facts = facts;
  }

  /** A request begins on this connection. */
  begin(services: WorkerServices, connection: ConnectionFacts): void {
    this.#services = services;
    this.#connection = connection;
    this.#random = -1;
  }

  get random(): number {
    if (this.#random < 0) this.#random = this.#services!.random.whole();
    return this.#random;
  }

  get runtime(): RuntimeValues {
    return this.#services!.runtime;
  }

  get clientAddress(): string {
    return this.#facts.downstreamAddress;
  }

  get connectionEnds(): string {
    const { peer, local } = this.#connection!;
    return addressText(peer) + addressText(local);
  }

  get dynamicMetadata(): FilterMetadata {
    return this.#facts.dynamicMetadata ?? NO_METADATA;
  }

  get filterState(): FilterState {
    return this.#facts.filterState ?? NO_FILTER_STATE;
  }
}
