/**
 * Who names a cluster: routes, weights and mirrors, filters, other clusters. Found by a walk over the resources as they were
 * received, so that a filter nobody here knows the inside of is found as well; the walk can be taken in slices.
 */
import type { CanonicalMessage } from "../../config/source_map.ts";

/** One place that names it. */
export interface ClusterUse {
  readonly kind: "route" | "mirror" | "filter" | "cluster" | "listener";
  /** The listener, route configuration or cluster it stands in. */
  readonly owner: string;
  /** Below that, in words: `virtual host "api" › route "/v1/"`. */
  readonly where: string;
}

/** A resource to look through. */
export interface NamedResource {
  readonly kind: "listener" | "route_config" | "cluster";
  readonly name: string;
  readonly message: CanonicalMessage;
}

/** What the answer shows at most. */
export const MAX_USES = 200;

/** Looks `cluster` up in all resources; may pause at every yield, and adds what it finds to `found`. */
export function* findUses(cluster: string, resources: Iterable<NamedResource>, found: ClusterUse[]): Generator<void> {
  for (const { kind, name, message } of resources) {
    if (kind === "cluster" && name === cluster) continue;
    yield* walk(message, { cluster, owner: name, kind, steps: [] }, found);
  }
}

interface Walk {
  readonly cluster: string;
  readonly owner: string;
  readonly kind: NamedResource["kind"];
  readonly steps: readonly string[];
}

/** Fields that hold the name of a cluster, wherever they stand. */
const NAMING_FIELDS: ReadonlySet<string> = new Set(["cluster", "cluster_name"]);

function* walk(value: object, walked: Walk, found: ClusterUse[]): Generator<void> {
  if (found.length >= MAX_USES) return;
  yield;
  const { cluster } = walked;
  for (const [field, inner] of Object.entries(value)) {
    if (NAMING_FIELDS.has(field) && inner === cluster) {
      // A load assignment says of which cluster it is.
      if (walked.steps.at(-1) !== "load_assignment") tell(walked, found);
    } else if (field === "clusters" && Array.isArray(inner)) {
      if (inner.includes(cluster)) tell(walked, found);
      const weighted = inner.find((one) => one !== null && typeof one === "object" && one["name"] === cluster);
      if (weighted !== undefined) tell(withStep(walked, `weight ${weighted["weight"] ?? 0}`), found);
    } else if (field === "cluster_min_healthy_percentages" && isMessage(inner)) {
      if (cluster in inner) tell(walked, found);
    } else if (Array.isArray(inner)) {
      for (const one of inner) if (isMessage(one)) yield* walk(one, withStep(walked, stepText(field, one)), found);
    } else if (isMessage(inner)) {
      yield* walk(inner, withStep(walked, field), found);
    }
  }
}

function isMessage(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function withStep(walked: Walk, step: string): Walk {
  return { ...walked, steps: [...walked.steps, step] };
}

/** What an element of a list is called where people read it. */
const WORDS: Readonly<Record<string, string>> = {
  virtual_hosts: "virtual host",
  routes: "route",
  filter_chains: "filter chain",
  http_filters: "filter",
  filters: "filter",
  request_mirror_policies: "mirror",
  access_log: "access log",
};

function stepText(field: string, element: Record<string, unknown>): string {
  const word = WORDS[field];
  if (word === undefined) return field;
  const name = element["name"] ?? (field === "routes" ? matchText(element["match"]) : undefined);
  return typeof name === "string" && name !== "" ? `${word} "${name}"` : word;
}

function matchText(match: unknown): string | undefined {
  if (!isMessage(match)) return undefined;
  for (const by of ["prefix", "path", "path_separated_prefix"]) {
    if (typeof match[by] === "string") return match[by] as string;
  }
  const regex = match["safe_regex"];
  return isMessage(regex) && typeof regex["regex"] === "string" ? regex["regex"] : undefined;
}

function tell({ owner, kind, steps }: Walk, found: ClusterUse[]): void {
  const told = steps.filter((step) => step.includes('"') || step === "mirror" || step.startsWith("weight "));
  const isMirror = steps.includes("mirror");
  const isRoute = steps.some((step) => step.startsWith("route"));
  const isFilter = steps.some((step) => step.startsWith("filter "));
  const use: ClusterUse = {
    kind: isMirror ? "mirror" : isRoute ? "route" : kind === "cluster" ? "cluster" : isFilter ? "filter" : "listener",
    owner,
    where: told.join(" › "),
  };
  if (found.length < MAX_USES) found.push(use);
}
