/**
 * The keys this proxy reads by itself, whatever the configuration names (spec/operations.md 7.9, 7.12): the editor, its
 * checks and its search are made from this table. A key that Envoy has and nothing here reads is not in it, so that nobody
 * sets it and waits.
 */
import type { RuntimeWant } from "../../config/runtime_text.ts";

/** When a new value shows: at the next request, the next turn of a timer, when configuration is loaded, or never. */
export type ReadTime = "request" | "tick" | "load" | "restart";

/** What is known of a key. */
export interface CatalogEntry {
  /** `circuit_breakers.<cluster>.<default|high>.max_requests`: parts in brackets stand for names. */
  readonly pattern: string;
  readonly group: string;
  readonly want: RuntimeWant;
  /** Empty = none. */
  readonly unit: string;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly choices: readonly { readonly value: string; readonly meaning: string }[];
  /** In words; null = it is the configuration's. */
  readonly default: string | null;
  readonly description: string;
  readonly read: ReadTime;
  /** It concerns all clusters at once. */
  readonly isGlobal: boolean;
}

type Row = readonly [key: string, want: RuntimeWant, unit: string, byDefault: string | null, description: string];

function entries(
  group: string,
  read: ReadTime,
  rows: readonly Row[],
  more: Partial<CatalogEntry> = {},
): CatalogEntry[] {
  return rows.map(([pattern, want, unit, byDefault, description]) => ({
    pattern,
    group,
    want,
    unit,
    minimum: null,
    maximum: want === "percent" || want === "fraction" ? 100 : null,
    choices: [],
    default: byDefault,
    description,
    read,
    isGlobal: false,
    ...more,
  }));
}

const BREAKER = "circuit_breakers.<cluster>.<default|high>.";
const GLOBAL: Partial<CatalogEntry> = { isGlobal: true };

/** The names of outlier detection's events, with the chance that they eject a host unless configured. */
const ENFORCED: ReadonlyArray<readonly [name: string, byDefault: string, what: string]> = [
  ["consecutive_5xx", "100", "with so many 5xx in a row"],
  ["consecutive_gateway_failure", "0", "with so many gateway failures in a row"],
  ["consecutive_local_origin_failure", "100", "with so many local failures in a row"],
  ["success_rate", "100", "whose success rate is far below that of the others"],
  ["local_origin_success_rate", "100", "whose rate of local successes is far below that of the others"],
  ["failure_percentage", "0", "with too high a share of failures"],
  ["failure_percentage_local_origin", "0", "with too high a share of local failures"],
];

const SLASH_ACTIONS = [
  { value: "0", meaning: "the default: keep" },
  { value: "1", meaning: "keep" },
  { value: "2", meaning: "refuse the request" },
  { value: "3", meaning: "unescape and redirect" },
  { value: "4", meaning: "unescape and forward" },
];

/** The table, in the order of the editor's groups. */
export const CATALOG: readonly CatalogEntry[] = [
  ...entries("Circuit breakers", "request", [
    [`${BREAKER}max_connections`, "uint", "connections", null, "Connections to all hosts of the cluster"],
    [`${BREAKER}max_pending_requests`, "uint", "requests", null, "Requests that wait for a connection"],
    [`${BREAKER}max_requests`, "uint", "requests", null, "Requests under way at a time"],
    [`${BREAKER}max_retries`, "uint", "retries", null, "Retries under way at a time"],
    [`${BREAKER}max_connection_pools`, "uint", "pools", null, "Connection pools at a time"],
    [
      `${BREAKER}retry_budget.budget_percent`,
      "double",
      "%",
      null,
      "Retries as a share of the requests under way; setting it switches from max_retries to a budget",
    ],
    [
      `${BREAKER}retry_budget.min_retry_concurrency`,
      "uint",
      "retries",
      null,
      "Retries that a budget always allows; setting it switches from max_retries to a budget",
    ],
    [`${BREAKER}retry_budget.budget_interval`, "uint", "ms", null, "Requests of so long count for a budget"],
  ]),
  ...entries("Traffic shifting", "request", [
    [
      "upstream.maintenance_mode.<cluster>",
      "percent",
      "requests",
      "0",
      "This share of the cluster's requests gets 503 at once, with the body `maintenance mode`",
    ],
    ["load_balancing_policy.drop_overload_limit", "percent", "requests", "100", "Caps what EDS says to drop"],
  ]),
  ...entries("Retries", "request", [
    ["upstream.use_retry", "percent", "retries", "100", "This share of the requests that could be tried again are"],
    [
      "upstream.base_retry_backoff_ms",
      "uint",
      "ms",
      "25",
      "The first wait before a retry; the longest is ten times that. A configured back-off goes before it",
    ],
  ], GLOBAL),
  ...entries("Load balancing", "request", [
    [
      "upstream.healthy_panic_threshold",
      "percent",
      "hosts",
      null,
      "With a smaller share of healthy hosts all hosts are used; 0 switches that off",
    ],
    ["upstream.zone_routing.enabled", "percent", "requests", null, "This share of the requests stays in its zone"],
    ["upstream.zone_routing.min_cluster_size", "uint", "hosts", null, "Smaller clusters ignore zones"],
    [
      "upstream.zone_routing.force_local_zone.min_size",
      "uint",
      "hosts",
      null,
      "With so many hosts in its zone all requests stay there",
    ],
  ], GLOBAL),
  ...entries("Outlier detection", "request", [
    ["outlier_detection.consecutive_5xx", "uint", "answers", null, "So many 5xx in a row eject a host"],
    ["outlier_detection.consecutive_gateway_failure", "uint", "answers", null, "So many 502, 503, 504 in a row do"],
    ["outlier_detection.consecutive_local_origin_failure", "uint", "failures", null, "So many local failures do"],
  ], GLOBAL),
  ...entries("Outlier detection", "tick", [
    ["outlier_detection.interval_ms", "uint", "ms", null, "Time between two sweeps"],
    ["outlier_detection.base_ejection_time_ms", "uint", "ms", null, "How long a first ejection lasts"],
    ["outlier_detection.max_ejection_time_ms", "uint", "ms", null, "How long an ejection may last"],
    ["outlier_detection.max_ejection_time_jitter_ms", "uint", "ms", null, "Chance that is added to an ejection"],
    ["outlier_detection.max_ejection_percent", "percent", "hosts", null, "No more than this share is ejected"],
    ["outlier_detection.success_rate_minimum_hosts", "uint", "hosts", null, "Fewer are not compared"],
    ["outlier_detection.success_rate_request_volume", "uint", "requests", null, "Hosts with fewer are not compared"],
    ["outlier_detection.success_rate_stdev_factor", "uint", "thousandths", null, "Deviations below the mean"],
    ["outlier_detection.failure_percentage_threshold", "percent", "answers", null, "This share ejects a host"],
    ["outlier_detection.failure_percentage_minimum_hosts", "uint", "hosts", null, "Fewer are not looked at"],
    ["outlier_detection.failure_percentage_request_volume", "uint", "requests", null, "Hosts with fewer are not"],
  ], GLOBAL),
  ...entries(
    "Outlier detection",
    "request",
    ENFORCED.map(([name, byDefault, what]): Row => [
      `outlier_detection.enforcing_${name}`,
      "percent",
      "ejections",
      `${byDefault}, unless configured`,
      `The chance that a host ${what} is ejected`,
    ]),
    GLOBAL,
  ),
  ...entries("Health checks", "tick", [
    ["health_check.min_interval", "uint", "ms", "1", "No check comes sooner after another"],
    ["health_check.max_interval", "uint", "ms", "unlimited", "No check comes later after another"],
    ["health_check.verify_cluster", "percent", "checks", "100", "Which checks compare the name that a host says"],
  ], GLOBAL),
  ...entries("Tracing", "request", [
    ["tracing.client_enabled", "fraction", "requests", null, "Share that is traced because the client asks for it"],
    ["tracing.random_sampling", "fraction", "requests", null, "Share that is traced by chance"],
    ["tracing.global_enabled", "fraction", "requests", null, "Share that is traced at all"],
  ], GLOBAL),
  ...entries("Limits", "load", [
    ["http_connection_manager.normalize_path", "percent", "requests", "0", "Paths are normalised, unless configured"],
  ]),
  ...entries("Limits", "load", [
    [
      "http_connection_manager.path_with_escaped_slashes_action",
      "uint",
      "",
      "0",
      "What becomes of %2F in paths, unless configured",
    ],
  ], { choices: SLASH_ACTIONS }),
  ...entries("Limits", "load", [
    [
      "http_connection_manager.path_with_escaped_slashes_action_enabled",
      "fraction",
      "requests",
      "100",
      "The others keep %2F as it is",
    ],
  ]),
  ...entries("Feature guards", "request", [
    [
      "envoy.reloadable_features.http_reject_path_with_fragment",
      "bool",
      "",
      "true",
      "A path with # is refused; otherwise what follows # is cut off",
    ],
    [
      "envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded",
      "bool",
      "",
      "false",
      "gRPC clients are told DEADLINE_EXCEEDED when a timeout fires",
    ],
  ]),
];

/** What is known of a key; null = it is none of the table's. */
export function catalogued(key: string): CatalogEntry | null {
  const plain = PLAIN.get(key);
  if (plain !== undefined) return plain;
  return TEMPLATES.find(({ start, form }) => key.startsWith(start) && form.test(key))?.entry ?? null;
}

/** The keys of a pattern with names in place of its brackets; empty = there are no brackets. */
export function expanded(pattern: string, clusters: readonly string[]): string[] {
  if (!pattern.includes("<")) return [];
  let keys = [pattern];
  for (const [bracket, names] of pattern.matchAll(/<([^>]+)>/g)) {
    const words = names!.includes("|") ? names!.split("|") : clusters;
    keys = keys.flatMap((key) => words.map((word) => key.replace(bracket, () => word)));
  }
  return keys;
}

const PLAIN: ReadonlyMap<string, CatalogEntry> = new Map(
  CATALOG.filter(({ pattern }) => !pattern.includes("<")).map((entry) => [entry.pattern, entry]),
);
const TEMPLATES: ReadonlyArray<{ readonly start: string; readonly form: RegExp; readonly entry: CatalogEntry }> =
  CATALOG
    .filter(({ pattern }) => pattern.includes("<"))
    .map((entry) => ({ start: entry.pattern.split("<", 1)[0]!, form: formOf(entry.pattern), entry }));

function formOf(pattern: string): RegExp {
  const parts = pattern.split(/(<[^>]+>)/).map((part) => {
    if (!part.startsWith("<")) return part.replaceAll(".", "\\.");
    return part.includes("|") ? `(?:${part.slice(1, -1)})` : ".+";
  });
  return new RegExp(`^${parts.join("")}$`);
}
