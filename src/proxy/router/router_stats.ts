/**
 * The counters of one router: `http.<stat_prefix>.` for a connection manager's, `http.async-client.` for the requests
 * that denvoy makes itself, as Envoy has them. Names whose feature is not there yet exist and stay 0.
 */
import type { Counter } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import { RedirectStats } from "./redirect_stats.ts";

export class RouterStats {
  readonly rqTotal: Counter;
  readonly noRoute: Counter;
  readonly noCluster: Counter;
  readonly directResponse: Counter;
  readonly redirect: Counter;
  readonly redirects: RedirectStats;

  constructor(scope: StatScope) {
    this.rqTotal = scope.counter("rq_total");
    this.noRoute = scope.counter("no_route");
    this.noCluster = scope.counter("no_cluster");
    this.directResponse = scope.counter("rq_direct_response");
    this.redirect = scope.counter("rq_redirect");
    this.redirects = new RedirectStats(scope);
    scope.counter("rq_overload_local_reply");
    scope.counter("rq_reset_after_downstream_response_started");
  }
}
