/** One question to one server and what came of it: the contract of UDP and TCP. */
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

/** Nobody waits for it any more. */
export const GIVEN_UP: NoResponse = { isTimeout: false, reason: "given up" };

/** `127.0.0.1:53`, for people. */
export function serverText({ host, port }: DnsServerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The server said nothing in time. */
export function timedOut(server: DnsServerAddress): NoResponse {
  return { isTimeout: true, reason: `${serverText(server)} does not answer` };
}

/** The system refused to send or to connect. */
export function unreachable(server: DnsServerAddress, error: unknown): NoResponse {
  const reason = error instanceof Error ? error.message : String(error);
  return { isTimeout: false, reason: `${serverText(server)} cannot be reached: ${reason}` };
}
