/** What a stream asks of the connection it is on. */
import type { ConnectionFacts } from "../observe/connection_facts.ts";
import type { HcmContext } from "./hcm_context.ts";
import type { DownstreamPeer } from "./head/downstream_peer.ts";

/** The connection a stream is on, as the stream sees it. */
export interface StreamOwner extends DownstreamPeer {
  readonly context: HcmContext;
  /** How long the head's first byte has been here already. */
  readonly headWaitMs: number;
  /** For logs. */
  readonly facts: ConnectionFacts;
  /** The request was read to its end: what comes next begins another. */
  onRequestComplete(): void;
  /** The next response says `connection: close` and is the last. */
  closeAfterResponse(): void;
  /** Asked with each response: is the worker draining, or has the connection served its share? */
  considerDrain(): void;
}
