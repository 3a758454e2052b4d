/** The row of state tiles: what there is of each kind and how it is; each leads to the page that shows it. */

import type { ComponentChildren, JSX } from "preact";
import type { Overview } from "../../src/admin/contract/overview.ts";
import { SLOW_LAG_MS } from "../model/workers.ts";
import { pathOf } from "../router.ts";
import { ago, span } from "../text/ages.ts";
import { numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { FigureText } from "./figure.tsx";
import { StateStrip, type StripPart } from "./health_dot.tsx";

/** On the Overview itself for as long as they have no page. */
const SECTIONS: readonly string[] = ["clusters", "listeners", "workers"];

interface StateTileProps {
  readonly section: string;
  readonly title: string;
  readonly source: string;
  readonly value: number | null;
  /** In place of the number. */
  readonly word?: string;
  /** What the number is of: `of 5 healthy`. */
  readonly whole: string;
  readonly parts: readonly StripPart[];
  /** Drawn in place of the strip. */
  readonly picture?: ComponentChildren;
  readonly note: ComponentChildren;
}

function StateTile(props: StateTileProps): JSX.Element {
  const { pages } = useConsole();
  // A page that is not there is not led to.
  const isThere = SECTIONS.includes(props.section) || pages.some(({ step }) => step === props.section);
  const Tag = isThere ? "a" : "div";
  return (
    <Tag class="state-tile" {...Tag === "a" ? { href: pathOf(props.section) } : {}}>
      <span class="state-title">{props.title}</span>
      <span class="state-figure">
        {props.word !== undefined
          ? <span title={props.source}>{props.word}</span>
          : <FigureText figure={numbers.count(props.value)} source={props.source} />}
        <span class="state-whole">{props.whole}</span>
      </span>
      {props.picture ?? <StateStrip parts={props.parts} />}
      <span class="state-note">{props.note}</span>
    </Tag>
  );
}

/** Six tiles. */
export function StateTiles(): JSX.Element {
  const { feed } = useConsole();
  const overview = feed.overview.latest.value;
  return (
    <div class="state-tiles">
      <ClustersTile overview={overview} />
      <HostsTile overview={overview} />
      <ListenersTile overview={overview} />
      <XdsTile overview={overview} />
      <RuntimeTile overview={overview} />
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

function XdsTile({ overview }: TileOf): JSX.Element {
  const { feed } = useConsole();
  const xds = overview?.xds ?? null;
  const nacks = xds?.nacks ?? 0;
  const last = xds?.last_update_ms ?? null;
  const age = last === null ? "" : `updated ${ago(feed.connection.serverNowMs() - last)}`;
  return (
    <StateTile
      section="xds"
      title="Control plane"
      source={SOURCES.xds}
      value={xds?.connected ?? null}
      {...overview === null || xds !== null && xds.streams > 0 ? {} : { word: xds === null ? "Static" : "Files" }}
      whole={xds === null || xds.streams === 0 ? "" : `of ${xds.streams} streams up`}
      parts={xds === null ? [] : [
        { count: xds.streams === 0 ? 1 : xds.connected, tone: "ok" },
        { count: xds.streams - xds.connected, tone: "bad" },
      ]}
      note={overview === null
        ? ""
        : xds === null
        ? "no xDS source"
        : listed([[nacks, "refused"]], age === "" ? "no update yet" : age)}
    />
  );
}

function RuntimeTile({ overview }: TileOf): JSX.Element {
  const { feed } = useConsole();
  const runtime = overview?.runtime ?? null;
  const expiry = runtime?.next_expiry_ms ?? null;
  return (
    <StateTile
      section="runtime"
      title="Runtime"
      source={SOURCES.runtime}
      value={runtime?.overrides ?? null}
      whole={runtime === null ? "" : runtime.overrides === 1 ? "override" : "overrides"}
      parts={runtime === null ? [] : [{ count: runtime.overrides, tone: "warn" }]}
      note={runtime === null
        ? ""
        : expiry !== null
        ? `next ends in ${span(expiry - feed.connection.serverNowMs())}`
        : `revision ${runtime.revision}`}
    />
  );
}

/** The share of each worker, side by side. */
function WorkerBars({ loads }: { loads: readonly number[] }): JSX.Element {
  const top = Math.max(...loads, 0);
  return (
    <svg
      class="worker-bars"
      viewBox={`0 0 ${Math.max(loads.length, 8) * 4} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {loads.map((load, at) => {
        const height = top === 0 ? 1 : Math.max(1, 10 * load / top);
        return <rect key={at} x={at * 4} y={10 - height} width="3" height={height} class="strip-ok" />;
      })}
    </svg>
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
      picture={workers === undefined || workers.length < 2
        ? undefined
        : <WorkerBars loads={workers.map(({ rps }) => rps ?? 0)} />}
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
