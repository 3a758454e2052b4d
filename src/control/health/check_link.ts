/**
 * A connection that carries checks of HTTP or gRPC to one host, one at a time: the same contract over HTTP/1 and HTTP/2.
 * It connects with its first request.
 */
import type { RequestHead } from "../../http/request_head.ts";
import type { FieldReader } from "./http_verdict.ts";

export interface CheckLink {
  /** Sends a request as soon as there is a connection. Its answer is complete, or broken, before the next. */
  send(head: RequestHead, body: Uint8Array | null): void;
  /** Drops the request under way. Returns whether the link is good for another. */
  cancel(): boolean;
  /** For good: nothing is told after it. */
  close(): void;
}

/** Takes answers, from inside events of the loop. May close the link from inside any call. */
export interface LinkEvents {
  onHead(status: number, field: FieldReader): void;
  onBody(bytes: Uint8Array, start: number, end: number): void;
  onTrailers(field: FieldReader): void;
  /** The answer is complete. Not reusable: close the link. */
  onComplete(isReusable: boolean): void;
  /** There will be no answer, and the link is no more. */
  onBroken(text: string): void;
  /** The link is no more, and no request was under way. */
  onGone(): void;
}

/** Makes a link for a host that tells `events`. */
export type LinkMaker = (events: LinkEvents) => CheckLink;
