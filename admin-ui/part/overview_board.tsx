/** The evidence on the Overview: clusters, listeners, workers, what happened, and where to look first. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PageProps } from "../page_entry.ts";
import { ClusterPanel } from "./cluster_table.tsx";
import { useConsole } from "./context.ts";
import { EventPanel } from "./event_list.tsx";
import { ListenerPanel } from "./listener_table.tsx";
import { TopPanel } from "./top_lists.tsx";
import { WorkerPanel } from "./worker_table.tsx";

/** All its panels. */
export function Board({ steps }: PageProps): JSX.Element {
  useArrival(steps);
  return (
    <div class="board">
      <ClusterPanel />
      <ListenerPanel />
      <WorkerPanel />
      <EventPanel />
      <TopPanel />
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
