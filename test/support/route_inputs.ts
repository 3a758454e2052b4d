/** What routing looks at, for tests: a request and, unless a test says otherwise, nothing beside it. */
import type { RequestHead } from "../../src/http/request_head.ts";
import { RuntimeValues } from "../../src/match/runtime_values.ts";
import { NO_FILTER_STATE } from "../../src/observe/filter_state.ts";
import type { RouteInput } from "../../src/route/route_input.ts";
import { requestHead } from "./request_heads.ts";

/** An input for `head`; `beside` is what else is known. */
export function routeInput(head: RequestHead, beside: Partial<Omit<RouteInput, "head">> = {}): RouteInput {
  return {
    head,
    random: 0,
    runtime: new RuntimeValues(),
    clientAddress: "192.0.2.5",
    connectionEnds: "192.0.2.5:40000192.0.2.9:80",
    peerCertificate: null,
    dynamicMetadata: {},
    filterState: NO_FILTER_STATE,
    ...beside,
  };
}

/** An input for a request with a `host`, unless its fields say otherwise. */
export function requestInput(
  method: string,
  path: string,
  fields: Record<string, string> = {},
  beside: Partial<Omit<RouteInput, "head">> = {},
): RouteInput {
  return routeInput(requestHead(method, path, { host: "a.test", ...fields }), beside);
}
