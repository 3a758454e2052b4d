/**
 * What the overload manager has told this worker to do less of (spec/operations.md 18.4). Whoever measures sets the
 * states; connections and streams only ask. A state is the share of what an action touches: 0 is off, 1 is everything,
 * and what lies between is left to chance.
 */
import { type Fault, fault } from "../base/fault.ts";
import type { Random } from "../base/random.ts";

/** For `ConnectionManager.resetStream`: memory is short, and this stream holds much of it. */
export const OVERLOAD_RESET: Fault = fault("local", "stream", "overload", "overload manager reset");

/** The actions of one worker. */
export class OverloadActions {
  /** Responses say `connection: close` (`disable_http_keepalive`). */
  disableKeepalive = 0;
  /** Requests are answered 503 before any filter sees them (`stop_accepting_requests`). */
  stopAcceptingRequests = 0;
  /** Connections are closed when they are accepted (`reject_incoming_connections`). */
  rejectConnections = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Asked for each response. */
  endsKeepalive(): boolean {
    return this.#hits(this.disableKeepalive);
  }

  /** Asked for each request. */
  refusesRequest(): boolean {
    return this.#hits(this.stopAcceptingRequests);
  }

  /** Asked for each connection. */
  rejectsConnection(): boolean {
    return this.#hits(this.rejectConnections);
  }

  #hits(state: number): boolean {
    return state > 0 && (state >= 1 || this.#random.fraction() < state);
  }
}
