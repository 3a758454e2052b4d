/**
 * Which route a stream has. A filter may have it chosen anew, which happens when somebody next asks for it; an internal
 * redirect begins over.
 */
import type { RequestHead } from "../http/request_head.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { Routes } from "../route/route_slot.ts";
import type { StreamOwner } from "./stream_owner.ts";
import { StreamRouteInput } from "./stream_route_input.ts";
import type { StreamTimers } from "./stream_timers.ts";

/** Used again for the stream's next request, from `begin` on. */
export class StreamRouting {
  /** The route that was chosen last, even if it is to be chosen anew; null = none matched, or none is chosen yet. */
  current: RouteEntry | null = null;
  /** What the route is chosen by. */
  readonly input: StreamRouteInput;
  readonly #facts: StreamFacts;
  readonly #timers: StreamTimers;
  #owner: StreamOwner | null = null;
  /** Taken when the route is first looked for: an update meanwhile is for streams that come after it. */
  #table: Routes | null = null;
  /** The route is to be chosen anew before it is told. */
  #isStale = false;

  constructor(head: RequestHead, facts: StreamFacts, timers: StreamTimers) {
    this.input = new StreamRouteInput(head, facts);
    this.#facts = facts;
    this.#timers = timers;
  }

  /** A request without a route yet. */
  begin(owner: StreamOwner): void {
    this.#owner = owner;
    this.#table = null;
    this.input.begin(owner.context.services, owner.facts);
    this.current = null;
    this.#isStale = false;
  }

  /** The stream is over. */
  end(): void {
    this.#owner = null;
    this.#table = null;
    this.current = null;
  }

  get route(): RouteEntry | null {
    if (this.#isStale) this.#timers.useRoute(this.choose());
    return this.current;
  }

  /** The stream's number by chance. */
  get random(): number {
    return this.input.random;
  }

  /** Takes the route that the head as it is now leads to. */
  choose(): RouteEntry | null {
    this.#isStale = false;
    const facts = this.#facts, route = this.find();
    facts.routelessHost = route === null ? this.#routes().virtualHostOf(this.input.head) : null;
    return facts.route = this.current = route;
  }

  /** That route, without taking it. */
  find(): RouteEntry | null {
    return this.#routes().resolve(this.input);
  }

  /** The route is chosen anew when it is next asked for. */
  forget(): void {
    this.#isStale = true;
  }

  #routes(): Routes {
    return this.#table ??= this.#owner!.context.routes.table;
  }
}
