/** Every scenario, by `group: name`. */
import { ENDPOINTS } from "./area/endpoints.ts";
import { HEALTH } from "./area/health.ts";
import { LISTENERS } from "./area/listeners.ts";
import { ROUTE_UPDATES } from "./area/routes.ts";
import { RUNTIME } from "./area/runtime.ts";
import { TRAFFIC } from "./area/traffic.ts";
import { WARMING } from "./area/warming.ts";
import type { Scenario, ScenarioGroup } from "./scenario.ts";

const GROUPS: readonly ScenarioGroup[] = [WARMING, ENDPOINTS, HEALTH, ROUTE_UPDATES, LISTENERS, RUNTIME, TRAFFIC];

export const SCENARIOS: readonly (readonly [name: string, Scenario])[] = GROUPS.flatMap((group) =>
  group.scenarios.map((scenario) => [`${group.name}: ${scenario.name}`, scenario] as const)
);
