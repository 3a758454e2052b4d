/**
 * The Overview (spec/console.md 5.1): is this proxy healthy, and if not, what exactly is wrong and since when. Top to
 * bottom from the verdict to the evidence, whose code comes when the verdict is on screen.
 */

import type { JSX } from "preact";
import type { PageProps } from "../page_entry.ts";
import { useConsole } from "../part/context.ts";
import { PanelBoundary } from "../part/empty.tsx";
import { LazyPart } from "../part/lazy_part.tsx";
import { Verdict } from "../part/problem_list.tsx";
import { StateTiles } from "../part/state_tiles.tsx";
import { TrafficPanel } from "../part/traffic.tsx";

/** The page. */
export function Page({ steps }: PageProps): JSX.Element {
  const overview = useConsole().feed.overview.latest.value;
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
      <LazyPart name={isEmpty ? "Starter" : "Board"} steps={steps} key={String(isEmpty)} />
    </div>
  );
}
