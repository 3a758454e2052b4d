import { assertFormats, assertJsonValues, formatted } from "../../../test/support/formats.ts";
import { beganFacts, connectionFacts, hostFacts, streamView } from "../../../test/support/stream_views.ts";
import assert from "node:assert/strict";
import { UpstreamConnectionFacts } from "../connection_facts.ts";

const HOST = hostFacts("10.0.0.7:80");
const upstreamConnection = () =>
  new UpstreamConnectionFacts(1, HOST, { kind: "ip", host: "10.0.0.7", port: 80 }, null, 11, 0, 1);

Deno.test("protocols have their names", () => {
  for (
    const [protocol, name] of [[9, "HTTP/0.9"], [10, "HTTP/1.0"], [11, "HTTP/1.1"], [20, "HTTP/2"], [0, "-"]] as const
  ) {
    assertFormats(streamView({ facts: beganFacts({ protocol }) }), { "%PROTOCOL%": name });
  }
  const facts = beganFacts({ upstreamConnection: upstreamConnection() });
  assertFormats(streamView({ facts }), { "%UPSTREAM_PROTOCOL%": "HTTP/1.1" });
  assertFormats(streamView(), { "%UPSTREAM_PROTOCOL%": "-" });
});

Deno.test("flags are written in their order, short or long", () => {
  const facts = beganFacts({ responseCode: 503 });
  for (const flag of ["URX", "UF", "URX"] as const) facts.flag(flag);
  assertFormats(streamView({ facts }), {
    "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%":
      "503 URX,UF UpstreamRetryLimitExceeded,UpstreamConnectionFailure",
  });
  assertFormats(streamView(), { "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%": "0 - -" });
});

Deno.test("no flag is a dash that stays where empty values are left out, and a string in JSON", () => {
  assert.equal(formatted("%RESPONSE_FLAGS%|%RESPONSE_CODE_DETAILS%|", streamView(), { omitEmptyValues: true }), "-||");
  assertJsonValues(streamView(), {
    "%RESPONSE_FLAGS%": '"-"',
    "%RESPONSE_CODE%": "0",
    "%RESPONSE_CODE_DETAILS%": "null",
    "%CUSTOM_FLAGS%": '""',
  });
});

Deno.test("details have no spaces unless they may", () => {
  const facts = beganFacts({
    details: "via a b",
    upstreamTransportFailure: "TLS error: x",
    customFlags: "A,B",
    upstreamConnection: upstreamConnection(),
  });
  const connection = connectionFacts({
    terminationDetails: "rbac denied",
    transportFailure: "no certificate",
    localCloseReason: "on_idle_timeout",
    closeType: "RemoteReset",
  });
  facts.upstreamConnection!.localCloseReason = "closed";
  facts.upstreamConnection!.closeType = "LocalReset";
  facts.host = HOST;
  assertFormats(streamView({ facts, connection }), {
    "%RESPONSE_CODE_DETAILS%|%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%": "via_a_b|via a b",
    "%CUSTOM_FLAGS%|%CONNECTION_TERMINATION_DETAILS%": "A,B|rbac denied",
    "%UPSTREAM_TRANSPORT_FAILURE_REASON%|%DOWNSTREAM_TRANSPORT_FAILURE_REASON%": "TLS_error:_x|no_certificate",
    "%UPSTREAM_LOCAL_CLOSE_REASON%|%DOWNSTREAM_LOCAL_CLOSE_REASON%": "closed|on_idle_timeout",
    "%UPSTREAM_DETECTED_CLOSE_TYPE%|%DOWNSTREAM_DETECTED_CLOSE_TYPE%": "LocalReset|RemoteReset",
  });
});

Deno.test("close types are normal until something else is noticed; upstream, once a host is picked", () => {
  assertFormats(streamView(), { "%UPSTREAM_DETECTED_CLOSE_TYPE%|%DOWNSTREAM_DETECTED_CLOSE_TYPE%": "-|Normal" });
  assertFormats(streamView({ facts: beganFacts({ host: HOST }) }), { "%UPSTREAM_DETECTED_CLOSE_TYPE%": "Normal" });
});
