/**
 * Which route a stream has, and what it is chosen by. A filter may have it chosen anew, which happens when somebody next
 * asks for it; an internal redirect begins over.
 */
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { PeerCertificateFacts } from "../match/tls_context_matcher.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { RouteInput } from "../route/route_input.ts";
import { addressText } from "../upstream/host.ts";
import type { StreamOwner } from "./stream_owner.ts";
import type { StreamTimers } from "./stream_timers.ts";

const NO_METADATA: FilterMetadata = {};
const NO_STATE: ReadonlyMap<string, string> = new Map();

/** Used again for the stream's next request, from `begin` on. */
export class StreamRouting implements RouteInput {
  readonly head: RequestHead;
  /** Nothing has TLS yet, and no filter leaves anything behind. */
  readonly peerCertificate: PeerCertificateFacts | null = null;
  readonly filterState: ReadonlyMap<string, string> = NO_STATE;
  readonly #facts: StreamFacts;
  readonly #timers: StreamTimers;
  #owner: StreamOwner | null = null;
  #route: RouteEntry | null = null;
  /** The route is to be chosen anew before it is told. */
  #isStale = false;
  /** Drawn when it is first asked for; -1 = not yet. */
  #random = -1;

  constructor(head: RequestHead, facts: StreamFacts, timers: StreamTimers) {
    this.head = head;
    this.#facts = facts;
    this.#timers = timers;
  }

  /** A request without a route yet. */
  begin(owner: StreamOwner): void {
    this.#owner = owner;
    this.#route = null;
    this.#isStale = false;
    this.#random = -1;
  }

  /** The stream is over. */
  end(): void {
    this.#owner = null;
    this.#route = null;
  }

  get route(): RouteEntry | null {
    if (this.#isStale) this.#timers.useRoute(this.choose());
    return this.#route;
  }

  /** The route that was chosen last, even if it is to be chosen anew. */
  get current(): RouteEntry | null {
    return this.#route;
  }

  /** Takes the route that the head as it is now leads to. */
  choose(): RouteEntry | null {
    this.#isStale = false;
    return this.#facts.route = this.#route = this.find();
  }

  /** That route, without taking it. */
  find(): RouteEntry | null {
    return this.#owner!.context.routeTable.resolve(this);
  }

  /** The route is chosen anew when it is next asked for. */
  forget(): void {
    this.#isStale = true;
  }

  // ---- what it is chosen by

  get clientAddress(): string {
    return this.#facts.downstreamAddress;
  }

  get connectionEnds(): string {
    const { peer, local } = this.#owner!.facts;
    return addressText(peer) + addressText(local);
  }

  get dynamicMetadata(): FilterMetadata {
    return this.#facts.dynamicMetadata ?? NO_METADATA;
  }

  get random(): number {
    if (this.#random < 0) this.#random = this.#owner!.context.services.random.whole();
    return this.#random;
  }

  get runtime(): RuntimeValues {
    return this.#owner!.context.services.runtime;
  }
}
