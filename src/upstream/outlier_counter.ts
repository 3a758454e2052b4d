/**
 * A host's outcomes as outlier detection counts them (spec/upstream.md 6.2, 6.3): the router tells of every try how it went,
 * and when failures in a row reach their threshold main is told, once, by whichever worker saw the last of them.
 *
 * ```
 *   outcome of a try                     as it is            split
 *   an answer                            its status          its status
 *   no connection, or one that broke     503                 a local failure
 *   no answer in time                    504 (or what the    a local failure
 *                                        client is told)
 *   a connection                         nothing yet         a local success
 *   a connection, and no more is asked   200                 a local success
 * ```
 *
 * An answer to gRPC counts by the `grpc-status` in its head; one in trailers comes too late, as in Envoy. Main looks at the
 * totals with every sweep, and starts a row anew when it has heard of it.
 */
import type { OutlierConfig } from "../config/outlier_config.ts";
import { httpStatusOfGrpc } from "../http/grpc.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ErrorPredicate } from "../match/error_predicate.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import { listedGrpcStatus } from "../observe/grpc_outcome.ts";
import { type HostCounts, Origin, RowKind } from "./shared_hosts.ts";

/** Hears that a host's row of failures has become as long as its threshold. */
export type OutlierReport = (hostId: number, kind: RowKind) => void;

const { ERRORS, GATEWAY_FAILURES, LOCAL_FAILURES } = RowKind;
const ERROR_STATUS = 500;

/** What all hosts of a cluster have in common. */
export class OutlierRules {
  readonly splitsOrigins: boolean;
  /** Null = an answer is an error by its status alone. */
  readonly errors: ErrorPredicate | null;
  readonly report: OutlierReport;
  readonly #config: OutlierConfig;
  readonly #runtime: RuntimeValues;
  #generation = -1;
  /** By {@link RowKind}. */
  readonly #thresholds: number[] = [0, 0, 0];

  constructor(
    config: OutlierConfig,
    errors: ErrorPredicate | null,
    runtime: RuntimeValues,
    report: OutlierReport,
  ) {
    this.splitsOrigins = config.splitsOrigins;
    this.errors = errors;
    this.report = report;
    this.#config = config;
    this.#runtime = runtime;
  }

  /** How many failures in a row are reported: what runtime says goes for all clusters. */
  threshold(kind: RowKind): number {
    const runtime = this.#runtime;
    if (this.#generation !== runtime.generation) {
      const config = this.#config, thresholds = this.#thresholds;
      this.#generation = runtime.generation;
      thresholds[ERRORS] = runtime.number("outlier_detection.consecutive_5xx", config.consecutive5xx);
      thresholds[GATEWAY_FAILURES] = runtime.number(
        "outlier_detection.consecutive_gateway_failure",
        config.consecutiveGatewayFailure,
      );
      thresholds[LOCAL_FAILURES] = runtime.number(
        "outlier_detection.consecutive_local_origin_failure",
        config.consecutiveLocalOriginFailure,
      );
    }
    return this.#thresholds[kind]!;
  }
}

/** Of one host. */
export class OutlierCounter {
  readonly #rules: OutlierRules;
  readonly #hostId: number;
  readonly #counts: HostCounts;

  constructor(rules: OutlierRules, hostId: number, counts: HostCounts) {
    this.#rules = rules;
    this.#hostId = hostId;
    this.#counts = counts;
  }

  /** The head of an answer has come; interim ones do not count. `isGrpc`: the request was. */
  onAnswer(head: ResponseHead, isGrpc: boolean): void {
    this.#countStatus(this.#statusOf(head, isGrpc));
  }

  /** The try has a connection: what becomes of the request is still to come. */
  onConnected(): void {
    if (this.#rules.splitsOrigins) this.#countLocal(true);
  }

  /** There is a connection, and that is all that was wanted: what goes over it is not looked at. */
  onConnectedOnly(): void {
    if (this.#rules.splitsOrigins) this.#countLocal(true);
    else this.#countStatus(200);
  }

  /** There is no connection, or the one that there was broke. */
  onFailure(): void {
    if (this.#rules.splitsOrigins) this.#countLocal(false);
    else this.#countStatus(503);
  }

  /** No answer in time. `status`: what the client is told. */
  onTimeout(status: number): void {
    if (this.#rules.splitsOrigins) this.#countLocal(false);
    else this.#countStatus(status);
  }

  // ----

  #statusOf(head: ResponseHead, isGrpc: boolean): number {
    const grpcStatus = isGrpc ? listedGrpcStatus(head.headers) : null;
    if (grpcStatus !== null) return httpStatusOfGrpc(grpcStatus);
    const { errors } = this.#rules, { status } = head;
    if (errors === null) return status;
    if (!errors.matches(head)) return 200;
    return isError(status) ? status : ERROR_STATUS;
  }

  #countStatus(status: number): void {
    const counts = this.#counts;
    if (!isError(status)) {
      counts.count(Origin.EXTERNAL, true);
      counts.breakRow(ERRORS);
      counts.breakRow(GATEWAY_FAILURES);
      return;
    }
    counts.count(Origin.EXTERNAL, false);
    if (status >= 502 && status <= 504) this.#extend(GATEWAY_FAILURES);
    else counts.breakRow(GATEWAY_FAILURES);
    this.#extend(ERRORS);
  }

  #countLocal(isSuccess: boolean): void {
    this.#counts.count(Origin.LOCAL, isSuccess);
    if (isSuccess) this.#counts.breakRow(LOCAL_FAILURES);
    else this.#extend(LOCAL_FAILURES);
  }

  #extend(kind: RowKind): void {
    if (this.#counts.extendRow(kind) === this.#rules.threshold(kind)) this.#rules.report(this.#hostId, kind);
  }
}

function isError(status: number): boolean {
  return status >= 500 && status < 600;
}
