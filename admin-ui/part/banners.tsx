/** The strips over the page: what changes the meaning of everything below. Most pressing first. */

import type { JSX } from "preact";
import type { Level } from "../../src/admin/contract/problem.ts";
import { clock } from "../text/ages.ts";
import { useConsole } from "./context.ts";
import { LevelIcon } from "./icon.tsx";

/** How long "the proxy restarted" stays. */
const RESTART_NOTE_MS = 60_000;

interface Banner {
  readonly id: string;
  readonly level: Level;
  readonly text: string;
}

/** All that hold now. */
export function Banners(): JSX.Element {
  const { feed } = useConsole();
  return (
    <div class="banners" aria-live="polite">
      {bannersOf(feed).map((banner) => (
        <p class={`banner is-${banner.level}`} key={banner.id}>
          <LevelIcon level={banner.level} />
          <span>{banner.text}</span>
        </p>
      ))}
    </div>
  );
}

function bannersOf({ connection, overview, settings }: ReturnType<typeof useConsole>["feed"]): Banner[] {
  const banners: Banner[] = [];
  const server = overview.latest.value?.server;
  const tick = connection.lastTickMs.value;
  const link = connection.link.value;
  const restarted = connection.restartedMs.value;
  if (link.kind === "waiting") {
    const since = tick === null ? "" : `, these figures are from ${clock(tick)}`;
    banners.push({ id: "link", level: "warn", text: `No connection to the proxy: ${link.reason}${since}` });
  } else if (connection.isStale.value && tick !== null && link.kind === "live") {
    banners.push({
      id: "stale",
      level: "warn",
      text: `The proxy sends nothing: these figures are from ${clock(tick)}`,
    });
  } else if (link.kind === "asleep") {
    banners.push({ id: "asleep", level: "info", text: "This tab was hidden and holds no connection" });
  }
  if (server?.draining === true) {
    banners.push({ id: "draining", level: "info", text: "Draining: no new connections are wanted" });
  }
  if (server?.health_check_failed === true) {
    banners.push({
      id: "failed",
      level: "info",
      text: "Health check failed by admin: load balancers take this proxy out",
    });
  }
  if (server !== undefined && server.read_only_reason !== null) {
    banners.push({ id: "read-only", level: "info", text: `Read only: ${server.read_only_reason}` });
  }
  if (restarted !== null && connection.nowMs.value - restarted < RESTART_NOTE_MS) {
    banners.push({
      id: "restarted",
      level: "info",
      text: `The proxy restarted at ${clock(restarted)}; counters began anew`,
    });
  }
  if (settings.isPaused.value) {
    banners.push({ id: "paused", level: "info", text: "Paused: the figures below stand still until you go on (p)" });
  }
  return banners;
}
