/**
 * What balancers are told of one request: what its host's metadata must have, which priorities tries have been to, and, for
 * balancers that go by hashes, its hash by the policies of its route, or of its cluster, as the head is at that moment
 * (spec/http.md 2.14, spec/upstream.md 7.10, 7.14). Other balancers are told of no hash, so that a request to them is not
 * hashed, and gets no cookie.
 */
import { LOAD_BALANCER } from "../../config/metadata_config.ts";
import { MetadataCriteria } from "../../match/metadata_criteria.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { ForwardAction } from "../../route/forward_action.ts";
import type { HashPolicies } from "../../route/hash_policy.ts";
import { RequestHash } from "../../route/hash_policy.ts";
import type { RouteInput } from "../../route/route_input.ts";
import type { HostOverride, PickContext } from "../../upstream/balance/load_balancer.ts";
import type { PreviousPriorities } from "../../upstream/host_set/previous_priorities.ts";

/** Used again for the router's next stream. */
export class RequestPick implements PickContext {
  attempt = 0;
  criteria: MetadataCriteria | null = null;
  previous: PreviousPriorities | null = null;
  readonly override: HostOverride | null = null;
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
    this.previous = null;
  }

  /** The request goes the way of `action`. What filters say of it wins over the route. */
  take(
    { criteria }: Pick<ForwardAction, "criteria">,
    { dynamicMetadata }: Pick<StreamFacts, "dynamicMetadata">,
  ): void {
    const own = dynamicMetadata?.[LOAD_BALANCER];
    this.criteria = own === undefined ? criteria : criteria === null ? MetadataCriteria.of(own) : criteria.with(own);
  }

  /** A host is wanted for a try, by nothing that a hash would tell. */
  beginTry(): void {
    this.attempt = 0;
    this.#hash.reset();
  }

  /** A host is wanted for a try, by the request's hash. `policies`: null = there are none. */
  beginHashedTry(policies: HashPolicies | null, input: RouteInput): void {
    this.beginTry();
    if (policies === null) return;
    policies.compute(input, this.#hash);
    const { setCookies } = this.#hash;
    if (setCookies !== null) {
      this.newCookies = this.newCookies === null ? setCookies : [...this.newCookies, ...setCookies];
    }
  }
}
