/** Which timeout a request gets and where it comes from (spec/http.md 4, "effective global timeout"). */
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import type { ForwardAction } from "../../route/forward_action.ts";

const TIMEOUT_HEADERS = headerMask(HeaderId.xEnvoyUpstreamRqTimeoutMs, HeaderId.xEnvoyExpectedRqTimeoutMs);

/** Milliseconds from the request's end to the response's; 0 = no limit. Consumes `x-envoy-upstream-rq-timeout-ms`. */
export function globalTimeoutMs({ timeoutMs }: ForwardAction, headers: HeaderList, respectsExpected: boolean): number {
  if (!headers.hasAny(TIMEOUT_HEADERS)) return timeoutMs;
  const expected = respectsExpected ? wholeNumber(headers.get(HeaderId.xEnvoyExpectedRqTimeoutMs)) : null;
  const asked = wholeNumber(headers.get(HeaderId.xEnvoyUpstreamRqTimeoutMs));
  headers.remove(HeaderId.xEnvoyUpstreamRqTimeoutMs);
  return expected ?? asked ?? timeoutMs;
}

/** A header's value as a whole number, or null: what is no number is ignored. */
function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
