/** Who decides what becomes of a try where a request may have several; a request with one try has none. */
import type { FaultCode } from "../../base/fault.ts";

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
