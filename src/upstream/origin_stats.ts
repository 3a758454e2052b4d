/** Answers of a cluster that are told apart by where their requests came from, or by a name that these brought. */
import type { Counter, Histogram } from "../observe/stats/metric.ts";
import { ResponseCodeCounters } from "../observe/stats/response_codes.ts";
import type { StatScope } from "../observe/stats/store.ts";

/** Answers to requests of one kind. */
export class OriginStats {
  readonly rqCompleted: Counter;
  readonly rqCodes: ResponseCodeCounters;
  readonly rqTime: Histogram;

  constructor(scope: StatScope) {
    this.rqCompleted = scope.counter("upstream_rq_completed");
    this.rqCodes = new ResponseCodeCounters(scope, "upstream_rq_");
    this.rqTime = scope.histogram("upstream_rq_time", "milliseconds");
  }

  onAnswer(status: number): void {
    this.rqCompleted.inc();
    this.rqCodes.count(status);
  }
}
