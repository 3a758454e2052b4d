/** One question to one server and what came of it: the contract of UDP and TCP. */
import { hostPortText } from "../../base/address_text.ts";
import { errorText } from "../../base/errors.ts";
import type { RandomBytes } from "../../base/random.ts";
import type { DnsServerAddress } from "../../config/dns_config.ts";
import type { AddressType, DnsResponse } from "./dns_message.ts";

/** What is asked, without the id, which is the exchange's affair. */
export interface AskedQuestion {
  readonly name: string;
  readonly type: AddressType;
  /** See `DnsQuestion.payloadSize`. */
  readonly payloadSize: number;
}

/** Why there is no response; for people. */
export interface NoResponse {
  readonly isTimeout: boolean;
  readonly reason: string;
}

/** Asks servers. */
export interface DnsExchange {
  /** Ends after `timeoutMs` at the latest, or at once when `signal` says so. */
  ask(
    server: DnsServerAddress,
    question: AskedQuestion,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<DnsResponse | NoResponse>;
}

/** An id that nobody can guess. */
export function randomId(random: RandomBytes): number {
  const at = random.take(2);
  return random.bytes[at]! << 8 | random.bytes[at + 1]!;
}

/** Nobody waits for it any more. */
export const GIVEN_UP: NoResponse = { isTimeout: false, reason: "given up" };

/** The server said nothing in time. */
export function timedOut(server: DnsServerAddress): NoResponse {
  return { isTimeout: true, reason: `${hostPortText(server)} does not answer` };
}

/** The system refused to send or to connect. */
export function unreachable(server: DnsServerAddress, error: unknown): NoResponse {
  return { isTimeout: false, reason: `${hostPortText(server)} cannot be reached: ${errorText(error)}` };
}
