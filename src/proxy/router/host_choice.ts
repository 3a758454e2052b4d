/** `retry_host_predicate`: which hosts a further try had better not go to (spec/http.md 5). */
import { isCanary, LOAD_BALANCER } from "../../config/metadata_config.ts";
import type { HostLabels } from "../../config/retry_config.ts";
import type { RetryPolicy } from "../../route/retry_policy.ts";
import type { Host } from "../../upstream/host.ts";

/** Whether the policy minds `host`. `tried`: where the request has been before. */
export function isUnwanted(policy: RetryPolicy, host: Host, tried: readonly Host[]): boolean {
  if (policy.omitsPreviousHosts && tried.includes(host)) return true;
  if (policy.omitsCanaryHosts && isCanary(host.metadata)) return true;
  const labels = host.metadata[LOAD_BALANCER] ?? {};
  return policy.omittedLabels.some((omitted) => hasAll(labels, omitted));
}

/** A list among a host's labels has every value that is in it. */
function hasAll(labels: HostLabels, wanted: HostLabels): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const own = labels[name];
    return isSame(own, value) || Array.isArray(own) && own.some((item) => isSame(item, value));
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
