import assert from "node:assert/strict";
import { ConfigError, problemText } from "../../base/errors.ts";
import { routesFor } from "../../../test/support/route_configs.ts";
import { loadBootstrap } from "../load.ts";

const PREFIX = "type.googleapis.com/envoy.extensions.filters";
const ROUTER = `{ name: router, typed_config: { "@type": ${PREFIX}.http.router.v3.Router } }`;
const DISABLED = ROUTER.replace("name: router,", "name: router, disabled: true,");

/** A connection manager with these `upgrade_configs`, and a route with these. */
function load(manager: string, route = "") {
  const text = `
static_resources:
  listeners:
  - address: { socket_address: { address: 127.0.0.1, port_value: 10000 } }
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": ${PREFIX}.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          upgrade_configs: [${manager}]
          http_filters: [${ROUTER}]
          route_config:
            virtual_hosts:
            - { name: v, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: c, upgrade_configs: [${route}] } }] }
  clusters: [{ name: c }]
`;
  return loadBootstrap({ file: { text, fileName: "b.yaml" } }).snapshot.listeners[0]!.filterChains[0]!.filters[0]!;
}

function refusals(manager: string, route = ""): string[] {
  try {
    load(manager, route);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) =>
      problemText(problem).replace(/^.*?(upgrade_configs\S*) \([^)]*\): /, "$1: ").replace(/ \[[^\]]*\]$/, "")
    );
  }
  return [];
}

Deno.test("upgrade_configs of a connection manager are read, types in lower case", () => {
  const { upgrades } = load(
    `{ upgrade_type: WebSocket }, { upgrade_type: CONNECT, enabled: false, filters: [${ROUTER}] }`,
  );
  assert.deepEqual(
    upgrades.map(({ type, isEnabled, filters }) => [type, isEnabled, filters.map(({ name }) => name)]),
    [["websocket", true, []], ["connect", false, ["router"]]],
  );
  assert.deepEqual(load("").upgrades, []);
});

const refused: [manager: string, route: string, reason: string][] = [
  [
    "{ upgrade_type: websocket }, { upgrade_type: WEBSOCKET }",
    "",
    "upgrade_configs[1].upgrade_type: Error: multiple upgrade configs with the same name: 'websocket'",
  ],
  [
    `{ upgrade_type: a, filters: [${ROUTER}, ${ROUTER}] }`,
    "",
    "upgrade_configs[0].filters[0]: Error: terminal filter named router of type envoy.filters.http.router must be the " +
    "last filter in a http upgrade filter chain.",
  ],
  [
    `{ upgrade_type: a, filters: [${DISABLED}] }`,
    "",
    "upgrade_configs[0].filters[0].disabled: Error: terminal filter named router cannot be disabled by default",
  ],
  ["", "{ upgrade_type: a }, { upgrade_type: A }", "upgrade_configs[1].upgrade_type: Duplicate upgrade A"],
  [
    "",
    "{ upgrade_type: websocket, connect_config: {} }",
    "upgrade_configs[0]: Non-CONNECT upgrade type websocket has ConnectConfig",
  ],
  [
    "",
    "{ upgrade_type: CONNECT-UDP, connect_config: {} }",
    "upgrade_configs[0].connect_config: tunnels of UDP are known to Envoy, not supported yet",
  ],
];
for (const [manager, route, reason] of refused) {
  Deno.test(`upgrade_configs are refused: ${reason}`, () => assert.deepEqual(refusals(manager, route), [reason]));
}

Deno.test("fields of a PROXY protocol's header that are not sent are refused by name", () => {
  const problems = refusals(
    "",
    "{ upgrade_type: CONNECT, connect_config: { proxy_protocol_config: { added_tlvs: [] } } }",
  );
  assert.equal(problems.length, 0, "an empty list says nothing");
  const [problem] = refusals(
    "",
    "{ upgrade_type: CONNECT, connect_config: { proxy_protocol_config: { added_tlvs: [{ type: 224, value: aGk= }] } } }",
  );
  assert.match(problem!, /added_tlvs.*not supported yet/);
});

Deno.test("upgrade_configs of a route are read, and where a CONNECT ends", () => {
  const action = (upgrades: string) => {
    const config = `{ match: { prefix: / }, route: { cluster: c, upgrade_configs: [${upgrades}] } }`;
    const { action } = routesFor(config).virtualHosts[0]!.routes[0]!;
    return action.kind === "route" ? [action.upgrades, action.connect] : [];
  };
  assert.deepEqual(action(""), [[], null]);
  assert.deepEqual(action("{ upgrade_type: Connect, enabled: false }"), [
    [{ type: "connect", isEnabled: false }],
    null,
  ]);
  const connect = (config: string) => action(`{ upgrade_type: CONNECT, connect_config: { ${config} } }`)[1];
  assert.deepEqual(connect(""), { allowPost: false, proxyProtocol: null });
  assert.deepEqual(connect("allow_post: true"), { allowPost: true, proxyProtocol: null });
  assert.deepEqual(connect("proxy_protocol_config: {}"), { allowPost: false, proxyProtocol: 1 });
  assert.deepEqual(connect("proxy_protocol_config: { version: V2 }"), { allowPost: false, proxyProtocol: 2 });
});
