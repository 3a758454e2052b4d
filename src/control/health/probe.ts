/**
 * One way of asking one host: sends a check when told to and says what came of it. A probe keeps its connection between
 * checks where that is wanted. Thresholds, intervals and the time limit are not its business (`host_check.ts`).
 */

/** What made a check fail; Envoy's words (`HealthCheckFailureType`). */
export type FailureType = "ACTIVE" | "PASSIVE" | "NETWORK" | "NETWORK_TIMEOUT";

/** A check that failed. */
export interface CheckFailure {
  readonly type: FailureType;
  /** For people: `HTTP 503`, `Connection refused`. */
  readonly text: string;
  /** 0 = there was none. */
  readonly httpStatus: number;
  /** It counts to the threshold instead of failing the host at once; network failures always do. */
  readonly isRetriable: boolean;
  /** The host asked to be left out of everything. */
  readonly excludesHost: boolean;
}

export interface Probe {
  /** Sends a check: one result follows, unless the probe is told to give up or to close before. */
  begin(): void;
  /** The check took too long: it is dropped, and nothing is told of it. */
  giveUp(): void;
  /** For good. Nothing is told after it, and nothing is left behind. */
  close(): void;
}

/** Hears of results, from inside an event of the loop. A TCP probe also tells what comes between two checks. */
export interface ProbeEvents {
  onPass(isDegraded: boolean): void;
  onFail(failure: CheckFailure): void;
}

/** The host could not be reached, or broke off. */
export function networkFailure(text: string): CheckFailure {
  return { type: "NETWORK", text, httpStatus: 0, isRetriable: true, excludesHost: false };
}
