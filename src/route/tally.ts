/**
 * Counting of what routing tells apart: the upstream requests of a route with a `stat_prefix`, and those of a virtual
 * cluster (spec/http.md 2.12). Routing says what there is to be counted; who compiles a table says how.
 */

/** The figures of one route or virtual cluster. */
export interface Tally {
  /** A request was sent to a host. */
  onRequest(): void;
  /** An answer came, or was made in a cluster's name. */
  onAnswer(status: number): void;
  /** An answer is through. */
  onTime(elapsedMs: number): void;
  onTimeout(): void;
  onRetry(): void;
  onRetryLimitExceeded(): void;
  onRetryOverflow(): void;
  onRetrySuccess(): void;
}

/** What a tally is of. */
export type TallySubject = "vcluster" | "route";

/** Makes the tally of one of a virtual host's virtual clusters or routes; null = nobody counts. */
export type TallyMaker = (virtualHost: string, subject: TallySubject, name: string) => Tally | null;

/** Nobody counts: where routing is only explained. */
export const NO_TALLIES: TallyMaker = () => null;
