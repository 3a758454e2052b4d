/**
 * What is not ready and why, as the console shows it (spec/console.md 5.5, 7.3): the control side's facts in the words of
 * the contract, the oldest first, with what waits behind each.
 */
import type { Unready, Wait } from "../control/timeline.ts";
import type { WarmingFacts } from "../control/warming_facts.ts";
import type { ServerState } from "./contract/overview.ts";
import type {
  RefusedItem,
  StartStep,
  Swap,
  TimelineItem,
  WaitItem,
  WarmingItem,
  WarmingPhase,
  WarmingView,
} from "./contract/warming.ts";

/** What one answer holds at the most. */
const MAX_ITEMS = 200, MAX_SWAPS = 50, MAX_TIMELINE = 1000, MAX_REFUSED = 50;
/** Hosts of one cluster whose first check is listed by itself. */
const MAX_CHECKS = 50;

/** How far back the timeline goes. */
export const TIMELINE_MS = 15 * 60_000;

/** When the process began, and where it is. */
export interface ServerFacts {
  readonly state: ServerState;
  readonly startedMs: number;
}

/** All of it. `nowMs`: wall clock. */
export function warmingView(facts: WarmingFacts, server: ServerFacts, nowMs: number): WarmingView {
  const unready = withServer(facts, server).sort((a, b) => a.sinceMs - b.sinceMs);
  const timeline = facts.transitions.slice(-MAX_TIMELINE).filter(({ atMs }) => atMs >= nowMs - TIMELINE_MS);
  return {
    as_of_ms: nowMs,
    server: { state: server.state, steps: facts.steps.map(stepOf) },
    items: unready.slice(0, MAX_ITEMS).map((one) => itemOf(one, facts)),
    total: unready.length,
    refused: facts.refused.slice(0, MAX_REFUSED).map(({ kind, name, version, text, atMs }): RefusedItem => {
      return { subject: kind, name, version, text, at_ms: atMs };
    }),
    swaps: facts.swaps.slice(-MAX_SWAPS).reverse().map(({ id, kind, name, from, to, atMs, warmedMs }): Swap => {
      return { id, subject: kind, name, from, to, at_ms: atMs, warmed_ms: warmedMs };
    }),
    timeline: timeline.map(({ id, kind, name, from, to, atMs, reason, version }): TimelineItem => {
      return { id, subject: kind, name, from, to, at_ms: atMs, reason, version };
    }),
  };
}

/** Key of an item: `cluster/web`. */
export function warmingKey({ subject, name }: { readonly subject: string; readonly name: string }): string {
  return `${subject}/${name}`;
}

/** Before it serves, the server is one of them, whatever it waits for; and a layer of runtime that it waits for is too. */
function withServer({ unready, steps }: WarmingFacts, { state, startedMs }: ServerFacts): Unready[] {
  const own = unready.find(({ kind }) => kind === "server");
  const layers = (own?.waits ?? []).filter(({ kind }) => kind === "rtds").map((wait): Unready => ({
    kind: "runtime_layer",
    name: wait.subject,
    phase: "discovery",
    version: "",
    activeVersion: null,
    sinceMs: wait.sinceMs,
    phases: [{ id: "discovery", sinceMs: wait.sinceMs, tookMs: null }],
    waits: [wait],
    blocks: [],
    superseded: 0,
  }));
  const rest = unready.filter(({ kind }) => kind !== "server");
  const isStarting = state === "PRE_INITIALIZING" || state === "INITIALIZING";
  if (!isStarting && own === undefined) return [...rest, ...layers];
  const step = steps.find((one) => one.state === "waiting")?.id ?? "";
  const server: Unready = {
    kind: "server",
    name: "",
    version: "",
    activeVersion: null,
    blocks: [],
    superseded: 0,
    waits: own?.waits ?? [],
    phase: step,
    phases: [],
    sinceMs: steps[0]?.sinceMs ?? startedMs,
  };
  return [server, ...rest, ...layers];
}

function stepOf({ id, state, sinceMs, tookMs }: WarmingFacts["steps"][number]): StartStep {
  return {
    id,
    state,
    ...sinceMs === null ? {} : { since_ms: sinceMs },
    ...tookMs === null ? {} : { took_ms: tookMs },
  };
}

function itemOf(unready: Unready, facts: WarmingFacts): WarmingItem {
  const { kind, name, version, activeVersion, sinceMs, phase, superseded, waits, checks } = unready;
  const listed = checks === undefined ? waits : [...checks.waits.slice(0, MAX_CHECKS)];
  return {
    subject: kind,
    name,
    version,
    active_version: activeVersion,
    since_ms: sinceMs,
    phase,
    phases: unready.phases.map((one) => phaseOf(one, checks)),
    waiting_for: listed.map(waitOf),
    blocks: facts.dependentsOf(unready).map(({ kind, name, text }) => ({ subject: kind, name, text })),
    superseded,
  };
}

function phaseOf(
  { id, sinceMs, tookMs, progress }: Unready["phases"][number],
  checks: Unready["checks"],
): WarmingPhase {
  const failed = id === "health_checking" ? checks?.failed ?? [] : [];
  return {
    id,
    since_ms: sinceMs,
    ...tookMs === null ? {} : { took_ms: tookMs },
    ...progress === undefined ? {} : progress,
    ...failed.length === 0 ? {} : { failed: failed.slice(0, MAX_CHECKS).map((one) => ({ ...one })) },
  };
}

function waitOf({ kind, subject, source, sinceMs, untilMs, lastError, attempts }: Wait): WaitItem {
  return {
    kind,
    name: subject,
    source,
    since_ms: sinceMs,
    deadline_ms: untilMs,
    attempts: attempts ?? null,
    last_error: lastError,
    // No source that there is tries again while it is waited for.
    next_try_ms: null,
    hint_id: kind,
  };
}
