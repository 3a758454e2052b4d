import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type { ResponseFlag } from "../../observe/response_flags.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { ProxyStatusRules } from "./proxy_status.ts";

function applied(
  fields: string,
  status: number,
  flags: readonly ResponseFlag[],
  { details = "some_details", received = [] }: { details?: string; received?: readonly string[] } = {},
): readonly [status: number, text: string | null] {
  const response = new ResponseHead(), facts = new StreamFacts();
  response.beginLocal(status);
  for (const value of received) response.headers.addName("proxy-status", value);
  facts.details = details;
  for (const flag of flags) facts.flag(flag);
  new ProxyStatusRules(managerConfig(`proxy_status_config: { ${fields} }`).proxyStatus!, "me").apply(response, facts);
  return [response.status, response.headers.getName("proxy-status")];
}

/** As real Envoy has them. */
const ERRORS: readonly (readonly [ResponseFlag, error: string, recommended: number])[] = [
  ["NC", "destination_unavailable", 503],
  ["UH", "destination_unavailable", 503],
  ["UF", "connection_refused", 502],
  ["UC", "connection_terminated", 502],
  ["UR", "connection_terminated", 502],
  ["UO", "connection_limit_reached", 503],
  ["UT", "http_response_timeout", 504],
  ["SI", "http_response_timeout", 504],
  ["NR", "destination_not_found", 500],
  ["UPE", "http_protocol_error", 502],
];

Deno.test("proxy-status names the error that a flag stands for, and may recommend a status", () => {
  for (const [flag, error, recommended] of ERRORS) {
    assert.deepEqual(applied("", 599, [flag]), [599, `me; error=${error}; details="some_details; ${flag}"`]);
    assert.equal(applied("set_recommended_response_code: true", 599, [flag])[0], recommended);
  }
});

Deno.test("proxy-status is said of nothing that went well, nor of what the client did", () => {
  for (const flags of [[], ["DPE"], ["DC"], ["FI"]] as const) {
    assert.deepEqual(applied("set_recommended_response_code: true", 400, flags), [400, null], flags.join());
  }
});

Deno.test("proxy-status stands behind what others said, with as much detail as is wanted", () => {
  const received = ["up; error=dns_error", "mid"];
  assert.equal(
    applied("", 503, ["UF"], { received })[1],
    'up; error=dns_error, mid, me; error=connection_refused; details="some_details; UF"',
  );
  assert.equal(
    applied("remove_response_flags: true", 503, ["UF"])[1],
    'me; error=connection_refused; details="some_details"',
  );
  assert.equal(applied("remove_details: true", 503, ["UF"])[1], "me; error=connection_refused");
  assert.equal(applied("", 503, ["UF"], { details: "" })[1], "me; error=connection_refused");
  assert.equal(
    applied("remove_connection_termination_details: true", 504, ["DI", "UT", "UF"])[1],
    'me; error=http_response_timeout; details="some_details; DI,UT,UF"',
  );
});
