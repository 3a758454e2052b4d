/** Plays scenarios on real Envoy and denvoy at the same time, and compares what they said. */
import { startEnvoy } from "../../support/envoy.ts";
import { startProxy } from "../../support/proxy.ts";
import { FLAGS } from "../side.ts";
import type { Performance, Scenario, ScenarioFinding } from "./scenario.ts";
import { InVain, Stage, type StageLaunch } from "./stage.ts";

/** Scenarios at the same time: they wait more than they work. */
const AT_ONCE = 5;

/** How each side starts. */
export interface Sides {
  readonly envoy: StageLaunch;
  readonly denvoy: StageLaunch;
}

/** The two sides. */
export function sidesOf(envoyPath: string): Sides {
  return {
    envoy: (config) => startEnvoy(envoyPath, config, FLAGS, "admin"),
    denvoy: (config) => startProxy({ config, args: FLAGS, until: "admin" }),
  };
}

/** Plays one on one side. */
export async function performed(launch: StageLaunch, scenario: Scenario): Promise<Performance> {
  await using stage = new Stage(launch);
  try {
    await scenario.play(stage);
    return { lines: stage.lines, inVain: null };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { lines: stage.lines, inVain: error instanceof InVain ? error.message : String(error.stack) };
  }
}

/** Plays all of them on both sides; `tell` hears of each as it ends. */
export async function compareAll(
  sides: Sides,
  scenarios: readonly (readonly [name: string, Scenario])[],
  tell: (finding: ScenarioFinding) => void = () => {},
): Promise<ScenarioFinding[]> {
  const findings = new Map<string, ScenarioFinding>(), waiting = [...scenarios];
  const playNext = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, scenario] = next;
      const [envoy, denvoy] = await Promise.all([
        performed(sides.envoy, scenario),
        performed(sides.denvoy, scenario),
      ]);
      const found = finding(name, scenario, envoy, denvoy);
      findings.set(name, found);
      tell(found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, playNext));
  return scenarios.map(([name]) => findings.get(name)!);
}

function finding(name: string, { differs }: Scenario, envoy: Performance, denvoy: Performance): ScenarioFinding {
  const of = (kind: ScenarioFinding["kind"], why = ""): ScenarioFinding => ({ name, kind, why, envoy, denvoy });
  if (envoy.inVain !== null) return of("unexplained", `Envoy: waited in vain until ${envoy.inVain}`);
  const agrees = denvoy.inVain === null && envoy.lines.join("\n") === denvoy.lines.join("\n");
  if (differs === undefined) {
    if (agrees) return of("agrees");
    return of("unexplained", denvoy.inVain === null ? "" : `denvoy: waited in vain until ${denvoy.inVain}`);
  }
  return agrees ? of("unexplained", "agrees, though it says that it differs") : of("differs on purpose");
}
