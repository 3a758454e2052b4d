/** Why redirects that a route would follow were left to the client: `http.<stat_prefix>.passthrough_internal_redirect_*`. */
import type { Counter } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";

/** One counter for each reason. */
export class RedirectStats {
  readonly badLocation: Counter;
  readonly unsafeScheme: Counter;
  readonly tooManyRedirects: Counter;
  readonly noRoute: Counter;
  readonly predicate: Counter;

  constructor(scope: StatScope) {
    const counter = (reason: string) => scope.counter(`passthrough_internal_redirect_${reason}`);
    this.badLocation = counter("bad_location");
    this.unsafeScheme = counter("unsafe_scheme");
    this.tooManyRedirects = counter("too_many_redirects");
    this.noRoute = counter("no_route");
    this.predicate = counter("predicate");
  }
}
