import assert from "node:assert/strict";
import { latin1Text } from "../../base/ascii.ts";
import { HeaderList } from "../../http/header_list.ts";
import { StrictHeaders } from "./strict_headers.ts";

const TIMEOUT = "x-envoy-upstream-rq-timeout-ms";
const PER_TRY = "x-envoy-upstream-rq-per-try-timeout-ms";
const RETRIES = "x-envoy-max-retries";
const RETRY_ON = "x-envoy-retry-on";
const GRPC_ON = "x-envoy-retry-grpc-on";

function refusal(checked: readonly string[], headers: Readonly<Record<string, string>>): string | null {
  const list = new HeaderList();
  for (const [name, value] of Object.entries(headers)) list.addName(name, value);
  const reply = new StrictHeaders(checked).refuse(list);
  if (reply === null) return null;
  assert.deepEqual([reply.status, reply.flag], [400, "IH"]);
  return latin1Text(reply.body, 0, reply.body.length);
}

const VALUES: ReadonlyArray<[name: string, taken: readonly string[], refused: readonly string[]]> = [
  [TIMEOUT, ["0", "5000", "+5000", "007", "18446744073709551615"], ["", "x", "-1", "1.5", "18446744073709551616"]],
  [PER_TRY, ["1"], ["1s"]],
  [RETRIES, ["3"], ["three"]],
  [
    RETRY_ON,
    ["5xx", "", " 5xx", "5xx,,reset", "5xx, ", "http3-post-connect-failure,connect-failure,retriable-status-codes"],
    ["5XX", "5xx;reset", "5xx,nonsense", "unavailable"],
  ],
  [GRPC_ON, ["cancelled, internal", "unavailable"], ["5xx", "CANCELLED"]],
];

for (const [name, taken, refused] of VALUES) {
  Deno.test(`StrictHeaders.refuse takes what makes sense in ${name}, and nothing else`, () => {
    for (const value of taken) assert.equal(refusal([name], { [name]: value }), null, value);
    for (const value of refused) {
      assert.equal(refusal([name], { [name]: value }), `invalid header '${name}' with value '${value}'`);
    }
  });
}

Deno.test("StrictHeaders.refuse names the first wrong header in an order of its own", () => {
  const order = [TIMEOUT, PER_TRY, RETRIES, RETRY_ON, GRPC_ON];
  const all = Object.fromEntries(order.toReversed().map((name) => [name, "?"]));
  for (let first = 0; first < order.length; first++) {
    const checked = order.slice(first).toReversed();
    assert.equal(refusal(checked, all), `invalid header '${order[first]}' with value '?'`);
  }
});

Deno.test("StrictHeaders.refuse looks only at what it is told to", () => {
  assert.equal(refusal([TIMEOUT], { [PER_TRY]: "x" }), null);
  assert.equal(refusal([TIMEOUT], {}), null);
});
