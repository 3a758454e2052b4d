/**
 * Whether this process says it is fit to serve: main decides, by `/healthcheck/fail`, `/healthcheck/ok` and the shutdown,
 * and tells each worker (spec/operations.md 6.7).
 */

/** One object for a worker's life; who needs to know asks it with each request. */
export class ServerHealth {
  /** Health checks are answered with 503, and every response closes its connection. */
  isFailed = false;
}
