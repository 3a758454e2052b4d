/** What a cluster may not say beside `load_balancing_policy` (spec/upstream.md 2.1). */
import type { PathStep } from "./field_path.ts";
import { type CanonicalMessage, messageIn } from "./source_map.ts";

const PARTIAL = ["zone_aware_lb_config", "locality_weighted_lb_config", "consistent_hashing_lb_config"];

/** Checks a cluster as it is written, fields without effect included. `path` is where it stands. */
export function checkLbCombinations(
  cluster: CanonicalMessage,
  path: readonly PathStep[],
  report: (path: readonly PathStep[], reason: string) => void,
): void {
  if (cluster["load_balancing_policy"] === undefined) return;
  if (cluster["lb_subset_config"] !== undefined) {
    report([...path, "lb_subset_config"], "cluster: load_balancing_policy cannot be combined with lb_subset_config");
  }
  const common = messageIn(cluster, "common_lb_config"), field = PARTIAL.find((name) => common[name] !== undefined);
  if (field === undefined) return;
  const reason = `cluster: load_balancing_policy cannot be combined with partial fields (${PARTIAL.join(", ")}) ` +
    "of common_lb_config";
  report([...path, "common_lb_config", field], reason);
}
