/**
 * What a balancer that goes by hashes is told of one request: its hash by the policies of its route, or of its cluster, as
 * the head is at that moment (spec/http.md 2.14, spec/upstream.md 7.10). Balancers of other clusters are told nothing, so
 * that a request to them is not hashed, and gets no cookie.
 */
import type { HashPolicies } from "../../route/hash_policy.ts";
import { RequestHash } from "../../route/hash_policy.ts";
import type { RouteInput } from "../../route/route_input.ts";
import type { PickContext } from "../../upstream/balance/load_balancer.ts";

/** Used again for the router's next stream. */
export class RequestPick implements PickContext {
  attempt = 0;
  /** Values of `set-cookie` for the answer: one more for each try that a cookie was made for, as in Envoy; null = none. */
  newCookies: string[] | null = null;
  readonly #hash = new RequestHash();

  get hasHash(): boolean {
    return this.#hash.isFound;
  }

  get hashHigh(): number {
    return this.#hash.value.high >>> 0;
  }

  get hashLow(): number {
    return this.#hash.value.low >>> 0;
  }

  /** Another request. */
  begin(): void {
    this.newCookies = null;
  }

  /** A host is wanted for another try. `policies`: null = there are none. */
  beginTry(policies: HashPolicies | null, input: RouteInput): void {
    const hash = this.#hash;
    this.attempt = 0;
    if (policies === null) return hash.reset();
    policies.compute(input, hash);
    const { setCookies } = hash;
    if (setCookies !== null) {
      this.newCookies = this.newCookies === null ? setCookies : [...this.newCookies, ...setCookies];
    }
  }
}
