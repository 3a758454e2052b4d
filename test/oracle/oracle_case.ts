/**
 * A case: bytes to send to a variant's listener, in pieces with waits for conditions between them, and what is done
 * with the connection at the end. What comes of it is an {@link Outcome}; Envoy's is the truth.
 */
import type { Talk } from "./talk.ts";
import type { Variant } from "./variant.ts";

/** One thing a case does. Text is sent, one character a byte. */
export type Step = string | Action;

/** Anything but sending. */
export interface Action {
  /** For people. */
  readonly does: string;
  /** False: what was waited for did not come. */
  readonly run: (talk: Talk) => boolean | Promise<boolean>;
}

/** A case on one or several variants of its area. */
export interface OracleCase<Name extends string = string> {
  readonly name: string;
  readonly on: Name | readonly Name[];
  readonly send: Step | readonly Step[];
  /** Final answers to wait for when all steps are done; 1 unless given. */
  readonly answers?: number;
  /**
   * The end: another request, to see whether the connection is still open; or waiting for the proxy to end it; or
   * closing it. Where access log lines are compared it is closed, everywhere else probed, unless given.
   */
  readonly then?: "probe" | "end" | "close";
  /**
   * Sends it so often, one after the other: what is compared is how many were answered with which status, and how many
   * came to which `host`, with room for chance where there is chance.
   */
  readonly tally?: number;
  /** Access log lines to wait for; 1 unless given, where the variant logs. */
  readonly lines?: number;
  /** Why Envoy answers otherwise: the file that says `Differs from Envoy:`, a colon, and the difference. */
  readonly differs?: string;
}

/** Variants and cases that belong together. */
export interface Area {
  /** A word. */
  readonly name: string;
  readonly variants: Readonly<Record<string, Variant>>;
  readonly cases: readonly OracleCase[];
}

/** An area; cases can name its variants only. */
export function area<Name extends string>(
  name: string,
  variants: Readonly<Record<Name, Variant>>,
  cases: readonly OracleCase<Name>[],
): Area {
  return { name, variants, cases };
}

/** Waits until this many final answers have come. */
export function answers(count: number): Action {
  return { does: `waits for ${count} answers`, run: (talk) => talk.untilAnswers(count) };
}

/** Waits until the answer holds this text. */
export function received(text: string): Action {
  return { does: `waits for ${JSON.stringify(text)}`, run: (talk) => talk.untilReceived(text) };
}

/** Waits until what came to the origin holds this text. */
export function arrived(text: string): Action {
  return { does: `waits until ${JSON.stringify(text)} is at the origin`, run: (talk) => talk.untilArrived(text) };
}

/** Lets the origin go on. */
export function open(gate: string): Action {
  return { does: `opens the gate "${gate}" of the origin`, run: (talk) => talk.open(gate) };
}

/** Waits until 300 ms have gone by on the proxy's clock: more than the timeouts that cases have, which are 200 ms. */
export const CLOCK: Action = { does: "waits for the proxy's clock", run: (talk) => talk.untilClock() };

/** Waits until the proxy's main thread has done what workers have told it to do. */
export const MAIN_THREAD: Action = { does: "waits for the proxy's main thread", run: (talk) => talk.untilMainThread() };

/** Ends the sending side of the connection. */
export const FIN: Action = { does: "ends writing", run: (talk) => talk.endWriting() };

/** Closes the connection. */
export const CLOSE: Action = { does: "closes the connection", run: (talk) => talk.close() };

/** Waits until the proxy ends the connection. */
export const END: Action = { does: "waits for the end of the connection", run: (talk) => talk.untilEnd() };

/** Requests one after the other: each is sent when the one before is answered. */
export function inTurn(...requests: string[]): Step[] {
  return requests.flatMap((request, index) => [request, answers(index + 1)]);
}

/** A request without a body to `a.test`. `fields`: lines with their CRLF. */
export function get(path: string, fields = "", method = "GET"): string {
  return `${method} ${path} HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n`;
}

/** A request with a length. */
export function post(path: string, body: string, fields = ""): string {
  return `POST ${path} HTTP/1.1\r\nhost: a.test\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
}

/** A request without the field `host`. */
export function bare(path: string, fields = "", method = "GET"): string {
  return `${method} ${path} HTTP/1.1\r\n${fields}\r\n`;
}
