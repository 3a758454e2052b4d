import { assertFormats, assertJsonValues } from "../../../test/support/formats.ts";
import { beganFacts, connectionFacts, hostFacts, streamView } from "../../../test/support/stream_views.ts";
import { SILENT_LISTENER, UpstreamConnectionFacts } from "../connection_facts.ts";
import type { HostFacts } from "../upstream_facts.ts";

const ROUTE = { name: "by-name", metadata: {}, virtualHost: "v", virtualHostMetadata: {} };
const CLUSTER = { name: "raw", observabilityName: "shown", metadata: {} };
const host = (addressText: string, hostname = ""): HostFacts => hostFacts(addressText, { hostname });

/** A stream that was tried at this host, with a connection. */
function triedAt(target: HostFacts) {
  const facts = beganFacts();
  facts.beginAttempt(target);
  const address = { kind: "ip", host: "10.0.0.7", port: 80 } as const;
  facts.upstreamConnection = new UpstreamConnectionFacts(41, target, address, null, 11, 0, 1);
  return streamView({ facts });
}

Deno.test("route, cluster and filter chain have their names", () => {
  const facts = beganFacts({ route: ROUTE, cluster: CLUSTER, virtualCluster: "vc" });
  const listener = { ...SILENT_LISTENER, name: "edge", filterChainName: "chain" };
  assertFormats(streamView({ facts, connection: connectionFacts({ listener }) }), {
    "%ROUTE_NAME% %UPSTREAM_CLUSTER% %UPSTREAM_CLUSTER_RAW% %VIRTUAL_CLUSTER_NAME% %LISTENER_NAME% %FILTER_CHAIN_NAME%":
      "by-name shown raw vc edge chain",
  });
  assertFormats(streamView(), {
    "%ROUTE_NAME%%UPSTREAM_CLUSTER%%UPSTREAM_CLUSTER_RAW%%VIRTUAL_CLUSTER_NAME%%FILTER_CHAIN_NAME%": "-----",
  });
  assertFormats(streamView({ facts: beganFacts({ route: { ...ROUTE, name: "" } }) }), { "%ROUTE_NAME%": "-" });
});

Deno.test("the host has an address and a name", () => {
  const names = "%UPSTREAM_HOST% %UPSTREAM_HOST_NAME% %UPSTREAM_HOST_NAME_WITHOUT_PORT%";
  const cases: [host: HostFacts, expected: string][] = [
    [host("10.0.0.7:80"), "10.0.0.7:80 10.0.0.7:80 10.0.0.7"],
    [host("10.0.0.7:80", "web-1"), "10.0.0.7:80 web-1 web-1"],
    [host("10.0.0.7:80", "web-1:99"), "10.0.0.7:80 web-1:99 web-1"],
    [host("10.0.0.7:80", "web-1:x"), "10.0.0.7:80 web-1:x web-1:x"],
    [host("10.0.0.7:80", "2001:db8::1"), "10.0.0.7:80 2001:db8::1 2001:db8::1"],
    [host("[::1]:80"), "[::1]:80 [::1]:80 [::1]"],
    [host("/run/a.sock"), "/run/a.sock /run/a.sock /run/a.sock"],
  ];
  for (const [target, expected] of cases) assertFormats(triedAt(target), { [names]: expected });
  assertFormats(streamView(), { [names]: "- - -" });
});

Deno.test("tries are counted, and the last one's connection is listed", () => {
  const view = triedAt(host("[::1]:80", "web-1:99"));
  assertFormats(view, {
    "%UPSTREAM_REQUEST_ATTEMPT_COUNT% %UPSTREAM_CONNECTION_ID% %UPSTREAM_CONNECTION_IDS_ATTEMPTED%": "1 41 41",
    "%UPSTREAM_HOSTS_ATTEMPTED% %UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT%": "[::1]:80 ::1",
    "%UPSTREAM_HOST_NAMES_ATTEMPTED% %UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT%": "web-1:99 web-1",
  });
  view.facts.beginAttempt(host("10.0.0.8:80"));
  assertFormats(view, {
    "%UPSTREAM_REQUEST_ATTEMPT_COUNT% %UPSTREAM_HOST% %UPSTREAM_CONNECTION_ID%": "2 10.0.0.8:80 0",
    "%UPSTREAM_HOSTS_ATTEMPTED%%UPSTREAM_HOST_NAMES_ATTEMPTED%%UPSTREAM_CONNECTION_IDS_ATTEMPTED%": "---",
  });
});

Deno.test("ids and counts are numbers in JSON", () => {
  assertJsonValues(triedAt(host("10.0.0.7:80")), {
    "%UPSTREAM_REQUEST_ATTEMPT_COUNT%": "1",
    "%UPSTREAM_CONNECTION_ID%": "41",
    "%CONNECTION_ID%": "7",
    "%UPSTREAM_CONNECTION_IDS_ATTEMPTED%": '"41"',
  });
});
