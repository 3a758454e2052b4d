/**
 * The bar over every page: which proxy, in what state and how well, how to find anything, how fresh this page is, and
 * the reader's own switches.
 */

import type { JSX } from "preact";
import type { Overview } from "../../src/admin/contract/overview.ts";
import type { Link } from "../model/connection.ts";
import { alarms, nodeName, problemCount, problemsByWeight } from "../model/overview.ts";
import { consolePath, pathOf } from "../router.ts";
import { clock, moment, span } from "../text/ages.ts";
import { SOURCES } from "../text/words.ts";
import { RangeSwitch } from "./chart_range.tsx";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { DisplayMenu } from "./display_menu.tsx";
import { Icon, LevelIcon } from "./icon.tsx";
import { Menu } from "./menu.tsx";
import { SessionMark } from "./session.tsx";

/** `onHelp` opens the list of keys, `onSearch` the search. */
export function TopBar({ onHelp, onSearch }: { onHelp: () => void; onSearch: () => void }): JSX.Element {
  const { feed } = useConsole();
  const overview = feed.overview.latest.value;
  const isPaused = feed.settings.isPaused.value;
  return (
    <header class="bar">
      {overview === null
        ? (
          <span class="bar-node">
            <b>denvoy</b>
          </span>
        )
        : <Node overview={overview} />}
      {overview !== null && <State overview={overview} />}
      {overview !== null && <Health overview={overview} />}
      <span class="bar-gap" />
      <button
        type="button"
        class="button is-quiet search-open"
        title="Search everything (/ or Ctrl-K)"
        onClick={onSearch}
      >
        <Icon name="search" />
        <span class="search-word">Search</span>
        <kbd>/</kbd>
      </button>
      <RangeSwitch />
      <ConnectionState />
      <SessionMark />
      <button
        type="button"
        class={`icon-button${isPaused ? " is-on" : ""}`}
        aria-pressed={isPaused}
        aria-label="Pause the display"
        title={isPaused ? "Go on showing new figures (p)" : "Hold the display; figures go on coming in (p)"}
        onClick={() => feed.setPaused(!isPaused)}
      >
        <Icon name={isPaused ? "play" : "pause"} />
      </button>
      <DisplayMenu onHelp={onHelp} />
    </header>
  );
}

function Node({ overview }: { overview: Overview }): JSX.Element {
  const { node, hostname } = overview.server;
  const name = nodeName(overview);
  const place = [node.cluster, node.zone, hostname === name ? "" : hostname].filter((part) => part !== "").join(" · ");
  return (
    <span class="bar-node">
      <b title={name}>{name}</b>
      <CopyButton text={name} hint="Copy the node id" />
      {place !== "" && <span class="bar-place" title={`node.cluster, locality zone, host name: ${place}`}>{place}
      </span>}
    </span>
  );
}

function State({ overview }: { overview: Overview }): JSX.Element {
  const { state, uptime_s: uptime, started_ms: started, pid } = overview.server;
  return (
    <span
      class={`chip is-${state === "LIVE" ? "ok" : "info"}`}
      title={`/server_info: state\nstarted ${moment(started)}, pid ${pid}`}
    >
      <span class="chip-word">{state}</span>
      <span class="chip-aside" title={`${SOURCES.uptime}: ${uptime} s`}>{span(uptime * 1000)}</span>
    </span>
  );
}

/** The dot with the number of problems; it unfolds the list of them. */
function Health({ overview }: { overview: Overview }): JSX.Element {
  const { feed } = useConsole();
  const problems = problemsByWeight(overview.health.problems);
  const count = alarms(problems).length;
  return (
    <Menu
      class="chip is-link"
      hint="Health rules that do not hold"
      button={
        <>
          <LevelIcon level={count === 0 ? "ok" : overview.health.level} />
          <span class="bar-health">{count === 0 ? "Healthy" : problemCount(count)}</span>
        </>
      }
    >
      {problems.length === 0 && <p class="menu-note">Every health rule holds</p>}
      {problems.map(({ id, level, text, link, since_ms: since }) => (
        <a class="menu-item" href={consolePath(link)} key={id}>
          <LevelIcon level={level} />
          <span>{text}</span>
          <span class="aside">{span(feed.connection.serverNowMs() - since)}</span>
        </a>
      ))}
      <a class="menu-item" href={pathOf("problems")}>All on the Overview</a>
    </Menu>
  );
}

function ConnectionState(): JSX.Element {
  const { feed } = useConsole();
  const { connection, settings } = feed;
  const link = connection.link.value;
  const tick = connection.lastTickMs.value;
  const isStale = connection.isStale.value;
  const nowMs = connection.nowMs.value;
  const kind = settings.isPaused.value ? "paused" : link.kind === "live" && isStale ? "stale" : link.kind;
  return (
    <span class={`link is-${kind}`} title={tick === null ? undefined : `Last figures at ${clock(tick)}`}>
      <span class="link-dot" aria-hidden="true" />
      <span class="link-word">{linkWord(kind, link, nowMs, tick)}</span>
    </span>
  );
}

function linkWord(kind: string, link: Link, nowMs: number, tick: number | null): string {
  if (kind === "paused") return "paused";
  if (kind === "stale" && tick !== null) return `stale since ${clock(tick)}`;
  switch (link.kind) {
    case "live":
      return "live";
    case "connecting":
      return "connecting";
    case "asleep":
      return "asleep";
    case "waiting":
      return `reconnecting in ${Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1000))} s`;
  }
}
