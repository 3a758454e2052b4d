/**
 * The one list of what changes something on the admin port: which role it needs, what the audit calls it, and whether it
 * writes its own record when it was done (spec/console.md 8.1). Anything that is not here and is no reading needs `admin`.
 */
import type { Role } from "../contract/session.ts";

/** One route. */
export interface RouteRule {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
  /** As Hono has it: `:name` is one segment. */
  readonly path: string;
  /** Null = anybody, without a token. */
  readonly role: Role | null;
  /** In the audit. */
  readonly action: string;
  /** Its handler records what it did, with what was before and after; only a refusal is left to the door. */
  readonly keepsRecord: boolean;
}

type Row = readonly [RouteRule["method"], path: string, role: Role | null, action: string, keepsRecord?: "own record"];

const ROWS: readonly Row[] = [
  ["GET", "/api/v1/session", null, ""],
  ["POST", "/api/v1/session", null, "session.open", "own record"],
  ["DELETE", "/api/v1/session", null, "session.close", "own record"],

  ["PATCH", "/api/v1/runtime", "operator", "runtime.change", "own record"],
  ["POST", "/api/v1/runtime/validate", "viewer", ""],
  ["POST", "/api/v1/runtime/import", "operator", "runtime.import", "own record"],
  ["POST", "/api/v1/runtime/changes/:id/confirm", "operator", "runtime.confirm", "own record"],
  ["POST", "/api/v1/runtime/changes/:id/undo", "operator", "runtime.undo", "own record"],
  ["POST", "/api/v1/runtime/overrides/disable", "operator", "runtime.disable", "own record"],
  ["POST", "/api/v1/runtime/overrides/enable", "operator", "runtime.enable", "own record"],
  ["POST", "/runtime_modify", "operator", "runtime.change", "own record"],

  ["POST", "/api/v1/actions/healthcheck_fail", "operator", "action.healthcheck_fail", "own record"],
  ["POST", "/api/v1/actions/healthcheck_ok", "operator", "action.healthcheck_ok", "own record"],
  ["POST", "/api/v1/actions/drain", "operator", "action.drain", "own record"],
  ["POST", "/api/v1/actions/reset_counters", "operator", "action.reset_counters", "own record"],
  ["POST", "/api/v1/actions/reopen_logs", "operator", "action.reopen_logs", "own record"],
  ["POST", "/api/v1/actions/shutdown", "admin", "action.shutdown", "own record"],
  ["DELETE", "/api/v1/actions/:id", "operator", "action.abort", "own record"],
  ["POST", "/healthcheck/fail", "operator", "action.healthcheck_fail", "own record"],
  ["POST", "/healthcheck/ok", "operator", "action.healthcheck_ok", "own record"],
  ["POST", "/drain_listeners", "operator", "action.drain", "own record"],
  ["POST", "/reset_counters", "operator", "action.reset_counters", "own record"],
  ["POST", "/reopen_logs", "operator", "action.reopen_logs", "own record"],
  ["POST", "/quitquitquit", "admin", "action.shutdown", "own record"],

  ["POST", "/cpuprofiler", "operator", "profiler.switch"],
  ["POST", "/heapprofiler", "operator", "profiler.switch"],
  ["POST", "/allocprofiler", "operator", "profiler.switch"],
  ["POST", "/stats/recentlookups/:switch", "operator", "stats.lookups"],
  ["PUT", "/api/v1/loggers", "operator", "loggers.change"],
  ["POST", "/logging", "operator", "loggers.change"],
  ["PUT", "/api/v1/stats/pins", "operator", "stats.pin"],
  // The matcher alone; its handler asks for operator where the request is to be sent.
  ["POST", "/api/v1/routes/test", "viewer", ""],
];

const RULES: readonly RouteRule[] = ROWS.map(([method, path, role, action, keepsRecord]) => ({
  method,
  path,
  role,
  action,
  keepsRecord: keepsRecord !== undefined,
}));

/** The rule of a request; null = it is not in the list. */
export function routeRuleOf(method: string, path: string): RouteRule | null {
  return RULES.find((rule) => rule.method === method && fits(rule.path, path)) ?? null;
}

function fits(pattern: string, path: string): boolean {
  if (!pattern.includes(":")) return pattern === path;
  const wanted = pattern.split("/"), found = path.split("/");
  return wanted.length === found.length &&
    wanted.every((step, index) => step.startsWith(":") ? found[index] !== "" : step === found[index]);
}
