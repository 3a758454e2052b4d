/**
 * `x-envoy-attempt-count`: how often a request was tried, told to hosts and to clients where the virtual host wants it
 * (spec/http.md 2.12).
 */
import type { TerminalHandle } from "../../filter/http_filter.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";

/** What a response or a reply of the router's is to tell; 0 = nothing. */
export function attemptsToTell({ route, facts }: TerminalHandle): number {
  return route !== null && route.settings.includesAttemptCountInResponse ? facts.attempts : 0;
}

/** Writes it down, over what stands there. */
export function writeAttemptCount(headers: HeaderList, attempts: number): void {
  headers.remove(HeaderId.xEnvoyAttemptCount);
  headers.openLine(HeaderId.xEnvoyAttemptCount).writeDecimal(attempts);
  headers.closeLine();
}
