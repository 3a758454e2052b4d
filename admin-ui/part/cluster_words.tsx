/** What several places show of a cluster: its health, the bar of its hosts, and its flags, each explained on hover. */

import type { JSX } from "preact";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import { countsText, HOST_TONES } from "../text/host_words.ts";
import { SOURCES } from "../text/words.ts";
import { HealthWord, StateStrip } from "./health_dot.tsx";

const WORDS: Readonly<Record<ClusterItem["state"], string>> = {
  healthy: "Healthy",
  degraded: "Degraded",
  unhealthy: "Unhealthy",
  empty: "No hosts",
};

/** Its state as shape and word. */
export function ClusterHealth({ item }: { item: ClusterItem }): JSX.Element {
  return <HealthWord level={item.level} word={WORDS[item.state]} />;
}

/** How many hosts are how: a bar, and in words. */
export function HostsBar({ item }: { item: ClusterItem }): JSX.Element {
  const counts = item.hosts_by_health;
  const words = countsText(counts);
  return (
    <span class="hosts-bar" title={`${words}\n${SOURCES.hosts}`}>
      <span class="hosts-count">{item.hosts_healthy}/{item.hosts_total}</span>
      <StateStrip
        parts={HOST_TONES.map(([tone, healths]) => ({
          tone,
          count: healths.reduce((sum, health) => sum + counts[health], 0),
        }))}
      />
      {item.hosts_healthy < item.hosts_total && <span class="hosts-words">{words}</span>}
    </span>
  );
}

/** What is out of the ordinary. */
export function ClusterFlags({ item }: { item: ClusterItem }): JSX.Element {
  const open = [...item.breakers.default, ...item.breakers.high.map((name) => `${name} (high)`)];
  return (
    <>
      {item.is_panicking && <span class="flag is-warn" title={PANIC_MEANING}>panic</span>}
      {item.is_warming && <span class="flag" title="A newer version gets ready to take its place">warming</span>}
      {item.is_nacked && (
        <span class="flag is-warn" title="The last version was refused: the one before serves on">refused</span>
      )}
      {open.length > 0 && (
        <span
          class="flag is-warn"
          title={`circuit_breakers: ${open.join(", ")} at its limit; what comes beyond it gets a 503`}
        >
          breaker open
        </span>
      )}
    </>
  );
}

/** For hover, and on the page of a cluster that panics. */
export const PANIC_MEANING =
  "Too few hosts can be used (common_lb_config.healthy_panic_threshold), so requests go to " +
  "all hosts, unhealthy ones too: some will fail, but the healthy ones are not overrun";
