/**
 * What a request may say, by where it comes from (spec/http.md 1.12, 1.14): from inside everything, from outside nothing
 * that steers this proxy, and at the edge nothing about who called before either.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerIdOfName, type HeaderMask, headerMask, OTHER_HEADER } from "../../http/header_names.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { RouteSlot } from "../../route/route_slot.ts";

const TRUE = latin1Bytes("true");

/** What only a trusted caller may say: removed from every external request (S1). */
const EXTERNAL_STRIP: readonly number[] = [
  HeaderId.xEnvoyRetryOn,
  HeaderId.xEnvoyRetryGrpcOn,
  HeaderId.xEnvoyMaxRetries,
  HeaderId.xEnvoyRetriableStatusCodes,
  HeaderId.xEnvoyRetriableHeaderNames,
  HeaderId.xEnvoyUpstreamRqTimeoutMs,
  HeaderId.xEnvoyUpstreamRqPerTryTimeoutMs,
  HeaderId.xEnvoyExpectedRqTimeoutMs,
  HeaderId.xEnvoyUpstreamRqTimeoutAltResponse,
  HeaderId.xEnvoyUpstreamStreamDurationMs,
  HeaderId.xEnvoyHedgeOnPerTryTimeout,
  HeaderId.xEnvoyUpstreamAltStatName,
  HeaderId.xEnvoyForceTrace,
  HeaderId.xEnvoyIpTags,
  HeaderId.xEnvoyOriginalUrl,
];

/** Removed as well where this proxy is the edge (S2). */
const EDGE_STRIP: readonly number[] = [
  HeaderId.xEnvoyDecoratorOperation,
  HeaderId.xEnvoyDownstreamServiceCluster,
  HeaderId.xEnvoyDownstreamServiceNode,
  HeaderId.xEnvoyOriginalPath,
  HeaderId.xEnvoyOriginalHost,
];

/** What a request may say, by where it comes from. */
export class TrustClassRules {
  /** What is not internal comes from the edge. */
  readonly #isEdge: boolean;
  readonly #stripped: HeaderMask;
  /** Of `internal_only_headers`, those without a number; null = there are none. */
  readonly #strippedNames: readonly string[] | null;

  /** `internalOnly`: names in lower case. */
  constructor(isEdge: boolean, internalOnly: readonly string[]) {
    const ids = internalOnly.map(headerIdOfName).filter((id) => id !== OTHER_HEADER);
    const names = internalOnly.filter((name) => headerIdOfName(name) === OTHER_HEADER);
    this.#isEdge = isEdge;
    this.#stripped = headerMask(...EXTERNAL_STRIP, ...(isEdge ? EDGE_STRIP : []), ...ids);
    this.#strippedNames = names.length === 0 ? null : names;
  }

  /** Marks what is internal, strips what is not, and names the client at the edge. Returns whether it is the edge. */
  apply(headers: HeaderList, { isInternal, downstreamAddress }: StreamFacts): boolean {
    if (isInternal) {
      headers.setBytes(HeaderId.xEnvoyInternal, TRUE);
      return false;
    }
    headers.removeAny(this.#stripped);
    if (this.#strippedNames !== null) { for (const name of this.#strippedNames) headers.removeName(name); }
    if (!this.#isEdge) return false;
    if (downstreamAddress !== "") headers.set(HeaderId.xEnvoyExternalAddress, downstreamAddress);
    return true;
  }
}

/** The rules that the table in a slot makes: compiled again when another one is in it. */
export class SlotTrustClass {
  readonly #slot: RouteSlot;
  readonly #isEdge: boolean;
  #internalOnly: readonly string[];
  #rules: TrustClassRules;

  constructor(slot: RouteSlot, isEdge: boolean) {
    this.#slot = slot;
    this.#isEdge = isEdge;
    this.#internalOnly = slot.internalOnlyHeaders;
    this.#rules = new TrustClassRules(isEdge, this.#internalOnly);
  }

  /** Of every request. */
  find(): TrustClassRules {
    const { internalOnlyHeaders } = this.#slot;
    if (internalOnlyHeaders !== this.#internalOnly) {
      this.#internalOnly = internalOnlyHeaders;
      this.#rules = new TrustClassRules(this.#isEdge, internalOnlyHeaders);
    }
    return this.#rules;
  }
}
