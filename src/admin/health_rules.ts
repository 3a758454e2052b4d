/**
 * The verdict of the Overview page: which rules hold now, how bad, and since when (spec/console.md 5.1). All thresholds
 * stand in one table. A rule of a feature that is not there yet is not here either.
 */
import type { DrainDirection } from "../config/listener_drains.ts";
import type { AdminExposure } from "./access/policy.ts";
import type { ClusterItem } from "./contract/clusters.ts";
import type { ListenerItem } from "./contract/listeners.ts";
import type { ServerState } from "./contract/overview.ts";
import type { Level, Problem } from "./contract/problem.ts";
import type { WarmingView } from "./contract/warming.ts";
import type { WorkerItem } from "./contract/workers.ts";
import type { RefusedUpdate } from "./xds_view.ts";
import { warmingProblems } from "./warming_rules.ts";

/** When a rule warns and when it is bad. */
const LIMITS = {
  initializingWarnMs: 15_000,
  initializingBadMs: 60_000,
  errorWarn: 0.01,
  errorBad: 0.05,
  /** p99 is so many times what it usually is, so long. */
  slowWarn: 3,
  slowHeldMs: 10_000,
  lagWarnMs: 100,
  unackedBadMs: 1000,
  /** The busiest worker has this many times the load of the idlest, with at least so many requests a second, so long. */
  skewWarn: 3,
  skewMinRps: 50,
  skewHeldMs: 15_000,
  nackBadMs: 300_000,
} as const;

/** Ignored runtime values that are problems of their own. */
const MAX_IGNORED = 20;

/** Everything the rules look at. */
export interface HealthFacts {
  readonly state: ServerState;
  readonly areHealthChecksFailed: boolean;
  readonly generation: number;
  readonly clusters: readonly ClusterItem[];
  readonly listeners: readonly ListenerItem[];
  readonly workers: readonly WorkerItem[];
  /** Over the last minute; null under one request a second. */
  readonly errorRatio: number | null;
  readonly warming: Pick<WarmingView, "items" | "total">;
  /** p99 now and its median of the last hour, in ms; null = too little traffic, or too short a past. */
  readonly latency: { readonly p99: number; readonly median: number } | null;
  /** Clusters whose circuit breakers turned something away within a minute. */
  readonly overflowing: ReadonlySet<string>;
  /** Runtime keys whose value has a type that nobody reads. */
  readonly ignoredRuntime: readonly string[];
  readonly refusedUpdates: readonly RefusedUpdate[];
  readonly adminExposure: AdminExposure;
  /** By `/drain_listeners`. */
  readonly stoppedListeners: DrainDirection | null;
}

/** Runs the rules each second and remembers since when each holds. */
export class HealthBoard {
  readonly #since = new Map<string, number>();
  #problems: Problem[] = [];
  #changes: ProblemChange[] = [];

  /** What the last update found new, worse or better, or gone. */
  get changes(): readonly ProblemChange[] {
    return this.#changes;
  }

  /** Worst first, then oldest. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get level(): Level {
    return this.#problems[0]?.level ?? "ok";
  }

  update(facts: HealthFacts, wallMs: number): void {
    const held = new Set<string>();
    const heldMs = (condition: string) => {
      held.add(condition);
      const since = this.#since.get(condition) ?? wallMs;
      this.#since.set(condition, since);
      return wallMs - since;
    };
    const found = [
      ...serverProblems(facts, heldMs),
      ...facts.clusters.flatMap((cluster) => clusterProblems(cluster, facts)),
      ...listenerProblems(facts),
      ...workerProblems(facts, heldMs),
      ...warmingProblems(facts.warming.items, facts.warming.total, wallMs),
      ...facts.ignoredRuntime.slice(0, MAX_IGNORED).map(runtimeProblem),
      ...refusedProblems(facts, wallMs),
    ];
    for (const { id } of found) heldMs(id);
    for (const condition of this.#since.keys()) if (!held.has(condition)) this.#since.delete(condition);
    const before = this.#problems;
    this.#problems = found.map((problem) => ({ ...problem, since_ms: this.#since.get(problem.id)! }));
    this.#problems.sort((a, b) => RANK[a.level] - RANK[b.level] || a.since_ms - b.since_ms);
    this.#changes = changesBetween(before, this.#problems);
  }
}

/** A problem that appeared, changed its level or went. */
export interface ProblemChange {
  readonly problem: Problem;
  readonly isOver: boolean;
}

function changesBetween(before: readonly Problem[], after: readonly Problem[]): ProblemChange[] {
  const levels = new Map(before.map(({ id, level }) => [id, level]));
  const ids = new Set(after.map(({ id }) => id));
  return [
    ...after.filter(({ id, level }) => levels.get(id) !== level).map((problem) => ({ problem, isOver: false })),
    ...before.filter(({ id }) => !ids.has(id)).map((problem) => ({ problem, isOver: true })),
  ];
}

const RANK: Readonly<Record<Problem["level"], number>> = { bad: 0, warn: 1, info: 2 };

type Found = Omit<Problem, "since_ms">;
type HeldMs = (condition: string) => number;

const EXPOSURE_PROBLEMS: Readonly<Record<AdminExposure, { level: "info" | "warn"; text: string } | null>> = {
  guarded: null,
  pages: { level: "info", text: "Other machines can read Envoy's admin pages without a token: --admin-protect all" },
  readable: { level: "warn", text: "The admin port can be reached from other machines without a token" },
  open: { level: "warn", text: "Whoever reaches the admin port may do everything: --admin-envoy-open" },
};

function serverProblems(facts: HealthFacts, heldMs: HeldMs): Found[] {
  const { state, areHealthChecksFailed, errorRatio, adminExposure, stoppedListeners } = facts;
  const found: Found[] = [];
  if (areHealthChecksFailed) {
    const text = "Health checks are failed by an operator: load balancers take this proxy out";
    found.push({ id: "health", level: "info", text, link: "/" });
  } else if (state === "DRAINING") {
    found.push({ id: "draining", level: "info", text: "The proxy is draining", link: "/" });
  }
  if (state !== "LIVE" && state !== "DRAINING") {
    const ms = heldMs("initializing");
    if (ms > LIMITS.initializingWarnMs) {
      const level = ms > LIMITS.initializingBadMs ? "bad" : "warn";
      found.push({ id: "state", level, text: `The proxy is not serving yet: ${state}`, link: "/warming" });
    }
  }
  if (errorRatio !== null && errorRatio > LIMITS.errorWarn) {
    const level = errorRatio > LIMITS.errorBad ? "bad" : "warn";
    const text = `${percent(errorRatio)} of the answers of the last minute were 5xx`;
    found.push({ id: "errors", level, text, link: "/traffic" });
  }
  const { latency } = facts;
  const isSlow = latency !== null && latency.p99 > LIMITS.slowWarn * latency.median;
  if (isSlow && heldMs("slow") >= LIMITS.slowHeldMs) {
    const text = `The slowest 1 % of requests take over ${LIMITS.slowWarn} times as long as in the last hour`;
    found.push({ id: "latency", level: "warn", text, link: "/traffic" });
  }
  const exposure = EXPOSURE_PROBLEMS[adminExposure];
  if (exposure !== null) found.push({ id: "admin", ...exposure, link: "/actions" });
  if (stoppedListeners !== null) {
    const which = stoppedListeners === "all" ? "Listeners were" : "Inbound listeners were";
    const text = `${which} stopped by an operator: new ones and changes are skipped until the process starts again`;
    found.push({ id: "stopped-listeners", level: "warn", text, link: "/actions" });
  }
  return found;
}

function runtimeProblem(key: string): Found {
  const text = `The runtime value of ${key} has the wrong type and is ignored`;
  return { id: `runtime-type/${key}`, level: "warn", text, link: `/runtime/key/${encodeURIComponent(key)}` };
}

/** Shared by the many clusters that are well: they are looked at each second. */
const NOTHING: readonly Found[] = [];

function clusterProblems(cluster: ClusterItem, { overflowing }: HealthFacts): readonly Found[] {
  const { level, is_panicking: isPanicking, breakers, state } = cluster;
  const isWell = level !== "bad" && level !== "warn" && !isPanicking && state !== "empty" && state !== "unhealthy";
  const isOverflowing = overflowing.has(cluster.name);
  if (isWell && !isOverflowing && breakers.default.length + breakers.high.length === 0) return NOTHING;
  const { name, hosts_total: total, hosts_healthy: healthy, hosts_failing: failing } = cluster;
  const link = `/clusters/${encodeURIComponent(name)}`;
  const found: Found[] = [];
  const seen = failing === 0 ? "" : ` (${failing === 1 ? "1 takes" : `${failing} take`} no connections)`;
  // The hosts of an aggregate are those of others, of which the same is said.
  if (total === 0 && cluster.type !== "aggregate") {
    found.push({ id: `cluster-empty/${name}`, level: "warn", text: `Cluster ${name} has no hosts`, link });
  } else if (healthy === 0 && total > 0) {
    const text = `Cluster ${name} has 0 of ${total} healthy hosts${seen}`;
    const isUsed = (cluster.rps ?? 0) > 0 || cluster.active_rq > 0 || failing > 0;
    found.push({ id: `cluster-empty/${name}`, level: isUsed ? "bad" : "warn", text, link });
  } else if (cluster.level === "bad" || cluster.level === "warn") {
    const text = `Cluster ${name} has ${healthy} of ${total} healthy hosts${seen}`;
    found.push({ id: `cluster-degraded/${name}`, level: cluster.level, text, link });
  }
  if (isPanicking && healthy > 0) {
    const text =
      `Cluster ${name} panics: too few of its hosts can be used (${healthy} of ${total}), so requests go to ` +
      "unhealthy ones too";
    found.push({ id: `cluster-panic/${name}`, level: "warn", text, link });
  }
  const open = [...cluster.breakers.default, ...cluster.breakers.high.map((breaker) => `${breaker} (high)`)];
  if (open.length > 0) {
    const text = `Cluster ${name} has an open circuit breaker: ${open.join(", ")}`;
    found.push({ id: `breaker/${name}`, level: "warn", text, link });
  } else if (isOverflowing) {
    const text = `A circuit breaker of cluster ${name} turned requests away in the last minute`;
    found.push({ id: `breaker/${name}`, level: "warn", text, link });
  }
  return found;
}

function listenerProblems({ state, listeners }: HealthFacts): Found[] {
  const failed = listeners.filter(({ state }) => state === "failed").map(({ name, error }): Found => {
    const text = `Listener ${name} does not serve: ${error ?? "unknown reason"}`;
    return { id: `listener/${name}`, level: "bad", text, link: `/listeners/${encodeURIComponent(name)}` };
  });
  // Before LIVE none is active yet; a start that takes too long is the rule `state`.
  if (state !== "LIVE" || failed.length > 0 || listeners.some(({ state }) => state !== "warming")) return failed;
  return [{ id: "listener", level: "warn", text: "No listener is active", link: "/listeners" }];
}

/** One problem for each kind of resource: a control plane that sends nonsense sends it to all. */
function refusedProblems({ refusedUpdates }: HealthFacts, wallMs: number): Found[] {
  return [...Map.groupBy(refusedUpdates, ({ type }) => type)].map(([type, updates]) => {
    const oldest = updates.reduce((a, b) => b.sinceMs < a.sinceMs ? b : a);
    const level = wallMs - oldest.sinceMs > LIMITS.nackBadMs ? "bad" : "warn";
    const error = oldest.error.length > 160 ? `${oldest.error.slice(0, 159)}…` : oldest.error;
    const where = updates.length === 1 ? `from ${oldest.source}` : `from ${updates.length} sources`;
    return { id: `nack/${type}`, level, text: `The last ${type} update ${where} was refused: ${error}`, link: "/xds" };
  });
}

function workerProblems({ workers, generation }: HealthFacts, heldMs: HeldMs): Found[] {
  const found: Found[] = [];
  for (const worker of workers) {
    const problem = workerProblem(worker, generation, heldMs);
    if (problem !== null) found.push({ id: `worker/${worker.id}`, link: "/workers", ...problem });
  }
  const loads = workers.map(({ rps }) => rps ?? 0);
  const busiest = Math.max(...loads);
  const isSkewed = loads.length > 1 && busiest >= LIMITS.skewMinRps && busiest > LIMITS.skewWarn * Math.min(...loads);
  if (isSkewed && heldMs("skewed") >= LIMITS.skewHeldMs) {
    const text = "The workers' load is uneven: few connections that last long all lie on some of them";
    found.push({ id: "worker-skew", level: "warn", text, link: "/workers" });
  }
  return found;
}

function workerProblem(
  worker: WorkerItem,
  generation: number,
  heldMs: HeldMs,
): { level: "warn" | "bad"; text: string } | null {
  const { id, state, lag_ms: lagMs } = worker;
  if (state === "silent") return { level: "bad", text: `Worker ${id} gives no sign of life` };
  if (state === "restarting") return { level: "bad", text: `Worker ${id} died and is being replaced` };
  if (state !== "running") return null;
  if (worker.generation < generation && heldMs(`unacked/${id}`) > LIMITS.unackedBadMs) {
    const text = `Worker ${id} still serves configuration ${worker.generation}, the latest is ${generation}`;
    return { level: "bad", text };
  }
  if (lagMs === null || lagMs <= LIMITS.lagWarnMs) return null;
  return { level: "warn", text: `Worker ${id} is late: its timers fire ${Math.round(lagMs)} ms after their time` };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
