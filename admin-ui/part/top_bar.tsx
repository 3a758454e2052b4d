/** The bar over every page: which proxy, in what state, how fresh this page is, and the reader's own switches. */

import type { JSX } from "preact";
import type { Overview } from "../../src/admin/contract/overview.ts";
import type { Link } from "../model/connection.ts";
import { alarms, nodeName, problemCount } from "../model/overview.ts";
import { pathOf } from "../router.ts";
import { clock, moment, span } from "../text/ages.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { Icon, LevelIcon } from "./icon.tsx";
import { SessionMark } from "./session.tsx";

/** `onHelp` opens the list of keys. */
export function TopBar({ onHelp }: { onHelp: () => void }): JSX.Element {
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
      <ThemeSwitch />
      <button
        type="button"
        class="icon-button is-wide-only"
        aria-label="Keys and words"
        title="Keys (?)"
        onClick={onHelp}
      >
        <Icon name="help" />
      </button>
    </header>
  );
}

function Node({ overview }: { overview: Overview }): JSX.Element {
  const { node, hostname } = overview.server;
  const name = nodeName(overview);
  const place = [node.cluster, node.zone, hostname === name ? "" : hostname].filter((part) => part !== "").join(" · ");
  return (
    <span class="bar-node">
      <b>{name}</b>
      <CopyButton text={name} hint="Copy the node id" />
      {place !== "" && <span class="bar-place" title="node.cluster, locality zone, host name">{place}</span>}
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

function Health({ overview }: { overview: Overview }): JSX.Element {
  const count = alarms(overview.health.problems).length;
  return (
    <a class="chip is-link" href={pathOf("problems")} title="Health rules that do not hold">
      <LevelIcon level={count === 0 ? "ok" : overview.health.level} />
      <span class="bar-health">{count === 0 ? "Healthy" : problemCount(count)}</span>
    </a>
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

function ThemeSwitch(): JSX.Element {
  const { feed } = useConsole();
  const words = { system: "As the system", light: "Light", dark: "Dark", contrast: "High contrast" };
  return (
    <label class="icon-button theme" title="Theme">
      <Icon name="theme" />
      <span class="unseen">Theme</span>
      <select
        value={feed.settings.theme.value}
        onChange={(event) => feed.settings.theme.choose(event.currentTarget.value)}
      >
        {feed.settings.theme.values.map((theme) => <option value={theme} key={theme}>{words[theme]}</option>)}
      </select>
    </label>
  );
}
