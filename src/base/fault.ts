/**
 * A Fault says that traffic went wrong: a peer sent something it may not, a connection broke, time ran out. It is a
 * frozen value made where the failure is noticed, never thrown. It knows where it came from, how much of the connection
 * is lost, and whether a retry is safe; only `proxy/local_reply.ts` makes a response of it, and only the router reads
 * `retry`.
 */

/** Who went wrong. */
export type FaultOrigin = "downstream" | "upstream" | "local";

/** What is lost: one request and its response, or every stream of the connection. */
export type FaultScope = "stream" | "connection";

/** Whether the request may be sent again: `ifConnectionWasReused` is the race with a peer's idle timeout. */
export type FaultRetry = "never" | "safe" | "ifConnectionWasReused";

export interface Fault {
  readonly origin: FaultOrigin;
  readonly scope: FaultScope;
  readonly retry: FaultRetry;
  /** What went wrong, to switch on. */
  readonly code: FaultCode;
  /** Envoy's response code detail: `http1.codec_error`, `connection termination`. */
  readonly detail: string;
  /** Status that a reply carries, where the fault itself fixes it; else 0. */
  readonly status: number;
  /** What the transport said: `Connection refused`. Empty where it said nothing. */
  readonly transportReason: string;
}

/** Codec faults carry their own status; the others are named as in `reset reason: …` of spec/http.md 6.1. */
export type FaultCode =
  | "protocol_error"
  | "connect_failure"
  | "connect_timeout"
  | "connection_termination"
  | "overflow"
  /** The same where no header may say so. */
  | "untold_overflow"
  | "no_healthy_upstream"
  | "local_reset"
  | "remote_reset"
  | "overload"
  | "downstream_disconnect";

/** Makes a fault. Most are made once and shared: a fault holds nothing of the stream it ended. */
export function fault(
  origin: FaultOrigin,
  scope: FaultScope,
  code: FaultCode,
  detail: string,
  { retry = "never", status = 0, transportReason = "" }: {
    retry?: FaultRetry;
    status?: number;
    transportReason?: string;
  } = {},
): Fault {
  return Object.freeze({ origin, scope, retry, code, detail, status, transportReason });
}
