/** Every scenario, by `group: name`. */
import { WARMING } from "./area/warming.ts";
import type { Scenario, ScenarioGroup } from "./scenario.ts";

const GROUPS: readonly ScenarioGroup[] = [WARMING];

export const SCENARIOS: readonly (readonly [name: string, Scenario])[] = GROUPS.flatMap((group) =>
  group.scenarios.map((scenario) => [`${group.name}: ${scenario.name}`, scenario] as const)
);
