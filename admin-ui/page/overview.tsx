/**
 * The Overview (spec/console.md 5.1): is this proxy healthy, and if not, what exactly is wrong and since when. Top to
 * bottom from the verdict to the evidence.
 */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PageProps } from "../page_entry.ts";
import { ClusterPanel } from "../part/cluster_table.tsx";
import { useConsole } from "../part/context.ts";
import { PanelBoundary } from "../part/empty.tsx";
import { EventPanel } from "../part/event_list.tsx";
import { LazyPart } from "../part/lazy_part.tsx";
import { ListenerPanel } from "../part/listener_table.tsx";
import { Verdict } from "../part/problem_list.tsx";
import { StateTiles } from "../part/state_tiles.tsx";
import { TopPanel } from "../part/top_lists.tsx";
import { TrafficPanel } from "../part/traffic.tsx";
import { WorkerPanel } from "../part/worker_table.tsx";

/** The page. */
export function Page({ steps }: PageProps): JSX.Element {
  const { feed } = useConsole();
  useArrival(steps);
  const overview = feed.overview.latest.value;
  const isEmpty = overview !== null && overview.clusters.total === 0 && overview.server.state === "LIVE" &&
    overview.listeners.active + overview.listeners.warming + overview.listeners.draining === 0;
  return (
    <div class="overview">
      <PanelBoundary name="the verdict">
        <Verdict />
      </PanelBoundary>
      <TrafficPanel />
      <PanelBoundary name="the state tiles">
        <StateTiles />
      </PanelBoundary>
      {isEmpty
        ? <LazyPart load={() => import("../part/starter.tsx").then(({ Starter }) => Starter)} />
        : (
          <div class="board">
            <ClusterPanel />
            <ListenerPanel />
            <WorkerPanel />
            <EventPanel />
            <TopPanel />
          </div>
        )}
    </div>
  );
}

/** Brings what the path names into view, on each arrival, and gives it the focus for who cannot see it move. */
function useArrival([section, name]: readonly string[]): void {
  const { feed, router } = useConsole();
  const arrivals = router.arrivals.value;
  const isLoaded = feed.clusters.items.value !== null;
  useEffect(() => {
    if (section === undefined) return;
    const kind = section.slice(0, -1);
    const row = name === undefined ? null : document.getElementById(`${kind}-${name}`);
    const target = row ?? document.getElementById(section);
    target?.scrollIntoView({ block: row === null ? "start" : "center" });
    target?.querySelector<HTMLElement>("h1, h2, button")?.focus({ preventScroll: true });
  }, [section, name, arrivals, isLoaded]);
}
