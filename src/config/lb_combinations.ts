/** What a cluster may say of load balancing only beside certain other things (spec/upstream.md 2.1, 2.4). */
import type { PathStep } from "./field_path.ts";
import { type CanonicalMessage, messageIn } from "./source_map.ts";

const PARTIAL = ["zone_aware_lb_config", "locality_weighted_lb_config", "consistent_hashing_lb_config"];

type Report = (path: readonly PathStep[], reason: string) => void;

/** Checks a cluster as it is written, fields without effect included. `path` is where it stands. */
export function checkLbCombinations(cluster: CanonicalMessage, path: readonly PathStep[], report: Report): void {
  const common = messageIn(cluster, "common_lb_config"), type = typeName(cluster);
  const hashing = messageIn(common, "consistent_hashing_lb_config");
  if (hashing["use_hostname_for_hashing"] === true && type !== "envoy.cluster.strict_dns") {
    const reason = `Cannot use hostname for consistent hashing loadbalancing for cluster of type: '${type}'`;
    report([...path, "common_lb_config", "consistent_hashing_lb_config", "use_hostname_for_hashing"], reason);
  }
  if (cluster["load_balancing_policy"] === undefined) return;
  if (cluster["lb_subset_config"] !== undefined) {
    report([...path, "lb_subset_config"], "cluster: load_balancing_policy cannot be combined with lb_subset_config");
  }
  const field = PARTIAL.find((name) => common[name] !== undefined);
  if (field === undefined) return;
  const reason = `cluster: load_balancing_policy cannot be combined with partial fields (${PARTIAL.join(", ")}) ` +
    "of common_lb_config";
  report([...path, "common_lb_config", field], reason);
}

/** The name Envoy has for how the cluster finds its hosts. */
function typeName(cluster: CanonicalMessage): string {
  const own = messageIn(cluster, "cluster_type")["name"];
  return typeof own === "string" ? own : `envoy.cluster.${String(cluster["type"] ?? "STATIC").toLowerCase()}`;
}
