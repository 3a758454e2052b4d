/** All that is known of what is not ready, for admin: one doorway to what several places hold (spec/operations.md 15). */
import type { ControlSide } from "./control_side.ts";
import { type Dependent, dependentsOf } from "./dependents.ts";
import { START_STEPS, type StartStepState } from "./start_steps.ts";
import type { SubjectKind, SwapRecord, Transition, Unready } from "./timeline.ts";

/** An update that was not taken: what was there before is in force. */
export interface RefusedUpdate {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly version: string;
  readonly text: string;
  /** Wall clock; null = it is not known. */
  readonly atMs: number | null;
}

export interface WarmingFacts {
  /** In the order of the start. */
  readonly steps: readonly StartStepState[];
  readonly unready: readonly Unready[];
  /** Oldest first. */
  readonly transitions: readonly Transition[];
  /** Oldest first. */
  readonly swaps: readonly SwapRecord[];
  readonly refused: readonly RefusedUpdate[];
  /** What waits behind it. */
  dependentsOf(unready: Pick<Unready, "kind" | "name">): readonly Dependent[];
}

/** Before there is a control side. */
export const NO_FACTS: WarmingFacts = {
  steps: START_STEPS.map((id) => ({ id, state: "todo", sinceMs: null, tookMs: null })),
  unready: [],
  transitions: [],
  swaps: [],
  refused: [],
  dependentsOf: () => [],
};

/** As they are now. */
export function warmingFacts(control: ControlSide): WarmingFacts {
  return {
    steps: control.steps.states,
    unready: control.unready(),
    transitions: control.timeline.items,
    swaps: control.timeline.swaps,
    refused: refusedUpdates(control),
    dependentsOf: (unready) => dependentsOf(unready, control),
  };
}

function refusedUpdates({ cds, listening }: ControlSide): RefusedUpdate[] {
  const clusters = (cds?.refused ?? []).map(({ name, details, atMs }): RefusedUpdate => {
    return { kind: "cluster", name, version: "", text: details, atMs };
  });
  const listeners = (listening?.lds?.errors ?? []).map((error): RefusedUpdate => {
    const { name, details, version, attemptMs } = error;
    return { kind: "listener", name, version, text: details, atMs: attemptMs };
  });
  // Of a file that cannot be read no cluster can be named.
  if (clusters.length === 0 && cds !== null && cds.lastError !== "") {
    clusters.push({ kind: "server", name: "cds", version: "", text: cds.lastError, atMs: null });
  }
  // A wait for routes says itself what is wrong.
  const routes = (listening?.routes.states ?? []).flatMap(({ name, error, wait }): RefusedUpdate[] =>
    error === "" || wait !== null ? [] : [{ kind: "route_config", name, version: "", text: error, atMs: null }]
  );
  return [...clusters, ...listeners, ...routes];
}
