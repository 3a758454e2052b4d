/** The row of state tiles: how many clusters, hosts, listeners and workers there are and how they are. */

import type { ComponentChildren, JSX } from "preact";
import type { Overview } from "../../src/admin/contract/overview.ts";
import { SLOW_LAG_MS } from "../model/workers.ts";
import { pathOf } from "../router.ts";
import { numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { FigureText } from "./figure.tsx";
import { StateStrip, type StripPart } from "./health_dot.tsx";

interface StateTileProps {
  readonly section: string;
  readonly title: string;
  readonly source: string;
  readonly value: number | null;
  /** What the number is of: `of 5 healthy`. */
  readonly whole: string;
  readonly parts: readonly StripPart[];
  readonly note: ComponentChildren;
}

function StateTile(props: StateTileProps): JSX.Element {
  return (
    <a class="state-tile" href={pathOf(props.section)}>
      <span class="state-title">{props.title}</span>
      <span class="state-figure">
        <FigureText figure={numbers.count(props.value)} source={props.source} />
        <span class="state-whole">{props.whole}</span>
      </span>
      <StateStrip parts={props.parts} />
      <span class="state-note">{props.note}</span>
    </a>
  );
}

/** Four tiles, each a link to its table. */
export function StateTiles(): JSX.Element {
  const { feed } = useConsole();
  const overview = feed.overview.latest.value;
  return (
    <div class="state-tiles">
      <ClustersTile overview={overview} />
      <HostsTile overview={overview} />
      <ListenersTile overview={overview} />
      <WorkersTile overview={overview} />
    </div>
  );
}

interface TileOf {
  readonly overview: Overview | null;
}

function ClustersTile({ overview }: TileOf): JSX.Element {
  const clusters = overview?.clusters;
  return (
    <StateTile
      section="clusters"
      title="Clusters"
      source={SOURCES.clusters}
      value={clusters?.healthy ?? null}
      whole={clusters === undefined ? "" : `of ${clusters.total} healthy`}
      parts={clusters === undefined ? [] : [
        { count: clusters.healthy, tone: "ok" },
        { count: clusters.degraded, tone: "warn" },
        { count: clusters.unhealthy, tone: "bad" },
      ]}
      note={clusters === undefined ? "" : listed([
        [clusters.unhealthy, "unhealthy"],
        [clusters.degraded, "degraded"],
        [clusters.panic, "in panic"],
        [clusters.warming, "warming"],
      ], clusters.total === 0 ? "none configured" : "all well")}
    />
  );
}

function HostsTile({ overview }: TileOf): JSX.Element {
  const hosts = overview?.hosts;
  return (
    <StateTile
      section="clusters"
      title="Hosts"
      source={SOURCES.hosts}
      value={hosts?.healthy ?? null}
      whole={hosts === undefined ? "" : `of ${hosts.total} healthy`}
      parts={hosts === undefined ? [] : [
        { count: hosts.healthy, tone: "ok" },
        { count: hosts.ejected, tone: "warn" },
        { count: hosts.pending, tone: "idle" },
        { count: Math.max(0, hosts.total - hosts.healthy - hosts.ejected - hosts.pending), tone: "bad" },
      ]}
      note={hosts === undefined ? "" : listed([
        [hosts.total - hosts.healthy - hosts.ejected - hosts.pending, "failing"],
        [hosts.ejected, "ejected"],
        [hosts.pending, "pending"],
      ], hosts.total === 0 ? "none configured" : "all well")}
    />
  );
}

function ListenersTile({ overview }: TileOf): JSX.Element {
  const listeners = overview?.listeners;
  const total = listeners === undefined ? 0 : listeners.active + listeners.warming + listeners.draining;
  return (
    <StateTile
      section="listeners"
      title="Listeners"
      source={SOURCES.listeners}
      value={listeners?.active ?? null}
      whole={listeners === undefined ? "" : `of ${total} active`}
      parts={listeners === undefined ? [] : [
        { count: listeners.active, tone: "ok" },
        { count: listeners.warming + listeners.draining, tone: "idle" },
      ]}
      note={listeners === undefined ? "" : listed([
        [listeners.warming, "warming"],
        [listeners.draining, "draining"],
      ], total === 0 ? "none configured" : "all open")}
    />
  );
}

function WorkersTile({ overview }: TileOf): JSX.Element {
  const workers = overview?.workers;
  const lags = (workers ?? []).map((worker) => worker.lag_ms).filter((lag) => lag !== null);
  const behind = (workers ?? []).filter((worker) => worker.generation < (overview?.generation ?? 0)).length;
  const slow = lags.filter((lag) => lag > SLOW_LAG_MS).length;
  const lag = numbers.duration(lags.length === 0 ? null : Math.max(...lags));
  return (
    <StateTile
      section="workers"
      title="Workers"
      source={SOURCES.workers}
      value={workers?.length ?? null}
      whole={workers === undefined ? "" : "running"}
      parts={workers === undefined ? [] : [
        { count: workers.length - slow, tone: "ok" },
        { count: slow, tone: "warn" },
      ]}
      note={workers === undefined ? "" : (
        <>
          {behind > 0 ? `${behind} behind · ` : ""}lag <FigureText figure={lag} source={SOURCES.workerLag} />
        </>
      )}
    />
  );
}

/** `1 degraded · 2 warming`, or `none` when all counts are zero. */
function listed(counts: readonly (readonly [number, string])[], none: string): string {
  const parts = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return parts.length === 0 ? none : parts.join(" · ");
}
