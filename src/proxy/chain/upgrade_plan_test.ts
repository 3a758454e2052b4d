import assert from "node:assert/strict";
import { z } from "zod";
import { TEST_FORMATS } from "../../../test/support/format_context.ts";
import { routesFor } from "../../../test/support/route_configs.ts";
import type { UpgradeConfig } from "../../config/http_config.ts";
import type { TerminalFilterDefinition } from "../../filter/define.ts";
import { FilterRegistry } from "../../filter/registry.ts";
import type { FilterServices } from "../../filter/services.ts";
import { RouteEntry } from "../../route/route_entry.ts";
import { VirtualHostSettings } from "../../route/virtual_host_settings.ts";
import { ChainPlan } from "./chain_plan.ts";
import { UpgradePlan } from "./upgrade_plan.ts";

const TYPE = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";
const FILTER = { name: "last", isDisabled: false, typeUrl: TYPE, config: null };
const END: TerminalFilterDefinition = {
  typeUrl: TYPE,
  schema: z.unknown(),
  isTerminal: true,
  createFactory: () => ({ create: () => assert.fail("no stream is made") }),
};
const REGISTRY = new FilterRegistry([END]);
const SERVICES = {} as FilterServices;
const COMMON = new ChainPlan([FILTER], REGISTRY, SERVICES);

function plan(...configs: UpgradeConfig[]): UpgradePlan {
  return new UpgradePlan(configs, COMMON, REGISTRY, SERVICES);
}

/** What a manager says of a type, and its own filters. */
function says(type: string, isEnabled: boolean, hasFilters = false): UpgradeConfig {
  return { type, isEnabled, filters: hasFilters ? [FILTER] : [] };
}

/** A route that says something of types; null = there is none. */
function routeThat(upgrades: string | null): RouteEntry | null {
  if (upgrades === null) return null;
  const config = `{ match: { prefix: / }, route: { cluster: c, upgrade_configs: [${upgrades}] } }`;
  return firstRoute(config);
}

const ON = "{ upgrade_type: WebSocket }", OFF = "{ upgrade_type: WebSocket, enabled: false }";

/** The table of spec/http.md 7. */
const cases: [manager: UpgradeConfig[], route: string | null, isAdmitted: boolean][] = [
  [[], "", false],
  [[], ON, true],
  [[], OFF, false],
  [[], null, false],
  [[says("websocket", true)], "", true],
  [[says("websocket", true)], ON, true],
  [[says("websocket", true)], OFF, false],
  [[says("websocket", true)], null, true],
  [[says("websocket", false)], "", false],
  [[says("websocket", false)], ON, true],
  [[says("websocket", false)], OFF, false],
  [[says("other", true)], "", false],
  [[says("websocket", true)], "{ upgrade_type: other, enabled: false }", true],
];
for (const [manager, route, isAdmitted] of cases) {
  const who = `${JSON.stringify(manager.map(({ type, isEnabled }) => ({ type, isEnabled })))} and ${
    route ?? "no route"
  }`;
  Deno.test(`UpgradePlan.admit() ${isAdmitted ? "lets through" : "refuses"} a WebSocket with ${who}`, () => {
    for (const type of ["websocket", "WEBSOCKET"]) {
      assert.equal(plan(...manager).admit(type, routeThat(route)), isAdmitted ? COMMON : null);
    }
  });
}

function firstRoute(text: string): RouteEntry {
  const configuration = routesFor(text), virtualHost = configuration.virtualHosts[0]!;
  const settings = new VirtualHostSettings(virtualHost);
  return RouteEntry.of(virtualHost.routes[0]!, { configuration, virtualHost, settings, formats: TEST_FORMATS });
}

Deno.test("UpgradePlan.admit() takes a type as a whole", () => {
  const both = plan(says("a", true), says("b", true));
  for (const type of ["a, b", "a,b", "", " a", "ab"]) assert.equal(both.admit(type, null), null);
});

Deno.test("UpgradePlan.admit() gives a type its own chain, whoever lets it through", () => {
  const upgrades = plan(says("websocket", true, true), says("CONNECT".toLowerCase(), false, true));
  const own = upgrades.admit("websocket", null);
  assert.ok(own !== null && own !== COMMON);
  assert.equal(upgrades.admit("websocket", routeThat(ON)), own);
  assert.equal(upgrades.admit("CONNECT", null), null);
  const connect = upgrades.admit("CONNECT", routeThat("{ upgrade_type: CONNECT }"));
  assert.ok(connect !== null && connect !== COMMON && connect !== own);
});

Deno.test("UpgradePlan.admit() asks no route that does not forward", () => {
  const route = firstRoute("{ match: { prefix: / }, direct_response: { status: 200 } }");
  assert.equal(plan().admit("websocket", route), null);
  assert.equal(plan(says("websocket", true)).admit("websocket", route), COMMON);
});
