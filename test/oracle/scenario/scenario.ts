/**
 * A scenario: configuration files, origins and requests that change while a proxy runs. Real Envoy and denvoy each play
 * it by themselves, and what they said must be alike line for line.
 */
import type { Stage } from "./stage.ts";

export interface Scenario {
  readonly name: string;
  /** Why Envoy says otherwise: the file that says `Differs from Envoy:`, a colon, and the difference. */
  readonly differs?: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** Scenarios that belong together. */
export interface ScenarioGroup {
  /** A word. */
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

/** What one side said, and what it was waited for in vain, if anything. */
export interface Performance {
  readonly lines: readonly string[];
  readonly inVain: string | null;
}

/** What came of a scenario. */
export interface ScenarioFinding {
  readonly name: string;
  readonly kind: "agrees" | "differs on purpose" | "unexplained";
  readonly why: string;
  readonly envoy: Performance;
  readonly denvoy: Performance;
}
