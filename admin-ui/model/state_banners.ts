/** The banners of the process and of the page's own connection; those of a feature come from that feature's model. */

import type { Banner } from "./banners.ts";
import type { Feed } from "./feed.ts";
import { pathOf } from "../router.ts";
import { clock, span } from "../text/ages.ts";

/** How long "the proxy restarted" stays. */
const RESTART_NOTE_MS = 60_000;

/** An override that ends sooner is told of. */
const EXPIRY_NOTE_MS = 5 * 60_000;

/** What holds now. */
export function stateBanners({ connection, overview, settings }: Feed): Banner[] {
  const banners: Banner[] = [];
  const server = overview.latest.value?.server;
  const tick = connection.lastTickMs.value;
  const link = connection.link.value;
  const restarted = connection.restartedMs.value;
  const add = (id: string, level: Banner["level"], text: string) => banners.push({ id, level, text });
  if (link.kind === "waiting") {
    const since = tick === null ? "" : `, these figures are from ${clock(tick)}`;
    add("link", "warn", `No connection to the proxy: ${link.reason}${since}`);
  } else if (connection.isStale.value && tick !== null && link.kind === "live") {
    add("stale", "warn", `The proxy sends nothing: these figures are from ${clock(tick)}`);
  } else if (link.kind === "asleep") {
    add("asleep", "info", "This tab was hidden and holds no connection");
  }
  if (server?.draining === true) add("draining", "info", "Draining: no new connections are wanted");
  if (server?.health_check_failed === true) {
    add("failed", "info", "Health check failed by admin: load balancers take this proxy out");
  }
  if (server !== undefined && server.read_only_reason !== null) {
    add("read-only", "info", `Read only: ${server.read_only_reason}`);
  }
  const runtime = overview.latest.value?.runtime ?? null;
  const leftMs = (runtime?.next_expiry_ms ?? Infinity) - connection.serverNowMs();
  if (runtime !== null && leftMs < EXPIRY_NOTE_MS) {
    banners.push({
      id: "expiry",
      level: "warn",
      text: `A runtime override ends in ${span(leftMs)}, of ${runtime.overrides} in force`,
      link: { href: pathOf("runtime"), text: "See it" },
    });
  }
  if (restarted !== null && connection.nowMs.value - restarted < RESTART_NOTE_MS) {
    add(`restarted/${restarted}`, "info", `The proxy restarted at ${clock(restarted)}; counters began anew`);
  }
  if (settings.isPaused.value) add("paused", "info", "Paused: the figures below stand still until you go on (p)");
  return banners;
}
