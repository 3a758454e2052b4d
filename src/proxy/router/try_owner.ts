/** Whom a try is made for, and who decides what becomes of it where a request may have several. */
import type { FaultCode } from "../../base/fault.ts";

/** Which of its own times ended a try. */
export type TryTimeout = "per_try_timeout" | "per_try_idle_timeout" | "max_stream_duration";

/** Whoever a try is made for. */
export interface TryOwner<Try> {
  /** Values of `set-cookie` that the answer is to have beside its own; null = none. */
  readonly newCookies: readonly string[] | null;
  /** The try is over, without an answer or in the middle of one: the owner says what comes of it. */
  onTryTimeout(one: Try, which: TryTimeout): void;
  /** The answer, whose head has come, is a redirect. Returns whether it is followed: then the try is over. */
  onRedirect(endStream: boolean): boolean;
  /** The answer has opened the tunnel that the request asked for. */
  onTunnelOpen(): void;
}

/** Asked about the ends of tries; a request with one try has none. */
export interface TryJudge<Try> {
  /** A head has come. False: the client does not get it, and the try is over. */
  admitsHead(one: Try, endStream: boolean): boolean;
  /** The client gets something of this try: there are no others from now on. */
  settleOn(one: Try): void;
  /** The try is over, without an answer. True: another will take its place. `isTimeout`: its own time was up. */
  retries(one: Try, code: FaultCode, isTimeout: boolean): boolean;
  /** Another try is under way, or will be: there is nothing to tell the client yet. */
  goesOn(): boolean;
  /** The try's own time is up, but it goes on: should another begin beside it? */
  hedge(one: Try): void;
}
