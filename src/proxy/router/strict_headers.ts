/**
 * `strict_check_headers`: `x-envoy-*` request headers whose value must make sense, where a router is told to look; else
 * a value that does not is ignored (spec/http.md 10.3).
 */
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { headerIdOfName } from "../../http/header_names.ts";
import { wholeNumber } from "./timeouts.ts";

const RETRY_CONDITIONS: ReadonlySet<string> = new Set(
  ("5xx gateway-error connect-failure retriable-4xx refused-stream reset reset-before-request retriable-status-codes " +
    "retriable-headers envoy-ratelimited http3-post-connect-failure").split(" "),
);
const GRPC_RETRY_CONDITIONS: ReadonlySet<string> = new Set(
  "cancelled deadline-exceeded resource-exhausted unavailable internal".split(" "),
);

type Check = (value: string) => boolean;

/** In the order in which Envoy looks at them, whatever the order of the configuration. */
const CHECKS: Readonly<Record<string, Check>> = {
  "x-envoy-upstream-rq-timeout-ms": isWholeNumber,
  "x-envoy-upstream-rq-per-try-timeout-ms": isWholeNumber,
  "x-envoy-max-retries": isWholeNumber,
  "x-envoy-retry-on": (value) => areAll(value, RETRY_CONDITIONS),
  "x-envoy-retry-grpc-on": (value) => areAll(value, GRPC_RETRY_CONDITIONS),
};

export class StrictHeaders {
  readonly #checks: readonly { readonly name: string; readonly id: number; readonly check: Check }[];

  /** `names`: those that are looked at. */
  constructor(names: readonly string[]) {
    this.#checks = Object.entries(CHECKS)
      .filter(([name]) => names.includes(name))
      .map(([name, check]) => ({ name, id: headerIdOfName(name), check }));
  }

  /** The reply to a request of which one header makes no sense, or null. */
  refuse(headers: HeaderList): LocalReply | null {
    for (const { name, id, check } of this.#checks) {
      if (!headers.has(id)) continue;
      const value = headers.get(id)!;
      if (check(value)) continue;
      return localReply(400, `invalid header '${name}' with value '${value}'`, detailsFor(name), { flag: "IH" });
    }
    return null;
  }
}

function detailsFor(name: string): string {
  return `request_headers_failed_strict_check{${name}}`;
}

function isWholeNumber(value: string): boolean {
  return wholeNumber(value) !== null;
}

/** Empty items count for nothing. */
function areAll(list: string, known: ReadonlySet<string>): boolean {
  return list.split(",").map((item) => item.trim()).every((item) => item === "" || known.has(item));
}
