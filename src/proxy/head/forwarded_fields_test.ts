import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { HeaderId } from "../../http/header_names.ts";
import { ForwardedFieldRules } from "./forwarded_fields.ts";

const EDGE = "use_remote_address: true", HOP = "xff_num_trusted_hops: 1", PORT = "append_x_forwarded_port: true";

function applied(
  fields: readonly string[],
  received: Record<string, string> = {},
  { isSecure = false, scheme = "" } = {},
): readonly (string | null)[] {
  const head = requestHead("GET", "/", received);
  head.scheme = scheme;
  const peer = { peerAddress: "192.0.2.5", localPort: 8443, isSecure, clientCertificate: null };
  new ForwardedFieldRules(managerConfig(...fields)).apply(head, peer);
  return [head.headers.get(HeaderId.xForwardedProto), head.scheme, head.headers.get(HeaderId.xForwardedPort)];
}

Deno.test("x-forwarded-proto and scheme are believed where the sender is", () => {
  const proto = (value: string) => ({ "x-forwarded-proto": value });
  const cases: readonly (readonly [fields: readonly string[], received: Record<string, string>, string, string])[] = [
    [[], {}, "http", "http"],
    [[], proto("https"), "https", "https"],
    [[], proto("HTTPS"), "HTTPS", "https"],
    [[], proto("ftp"), "ftp", "http"],
    [[EDGE], {}, "http", "http"],
    [[EDGE], proto("https"), "http", "http"],
    [[EDGE, HOP], proto("https"), "https", "https"],
    [[EDGE, HOP], {}, "http", "http"],
  ];
  for (const [fields, received, wanted, scheme] of cases) {
    assert.deepEqual(applied(fields, received).slice(0, 2), [wanted, scheme], `${fields} ${JSON.stringify(received)}`);
  }
  assert.deepEqual(applied([], {}, { isSecure: true }).slice(0, 2), ["https", "https"]);
  assert.deepEqual(applied([EDGE], proto("http"), { isSecure: true }).slice(0, 2), ["https", "https"]);
  assert.deepEqual(applied([], proto("ftp"), { isSecure: true }).slice(0, 2), ["ftp", "https"]);
  assert.deepEqual(applied([], proto("https"), { scheme: "http" }).slice(0, 2), ["https", "http"], "of the target");
});

Deno.test("the scheme may be overwritten, whatever came", () => {
  const overwriting = ["scheme_header_transformation: { scheme_to_overwrite: https }"];
  assert.deepEqual(applied(overwriting).slice(0, 2), ["https", "https"]);
  assert.deepEqual(applied(overwriting, { "x-forwarded-proto": "ftp" }).slice(0, 2), ["https", "https"]);
  assert.deepEqual(applied([...overwriting, EDGE], {}, { scheme: "http" }).slice(0, 2), ["https", "https"]);
});

Deno.test("x-forwarded-port is said only where it is asked for", () => {
  const port = { "x-forwarded-port": "99" };
  assert.equal(applied([], {})[2], null);
  assert.equal(applied([PORT])[2], "8443");
  assert.equal(applied([PORT], port)[2], "99");
  assert.equal(applied([PORT, EDGE], port)[2], "8443");
  assert.equal(applied([PORT, EDGE, HOP], port)[2], "99");
  assert.equal(applied([PORT, EDGE, HOP])[2], "8443");
});
