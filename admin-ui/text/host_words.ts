/**
 * The health of hosts in words, with the times that a reader wants: how long ago the last check was, when the next one is
 * due, when an ejected host may come back. Times are of the server's clock, whatever the browser's says.
 */

import type { HostCounts, HostHealth, HostItem } from "../../src/admin/contract/clusters.ts";
import type { Level } from "../../src/admin/contract/problem.ts";
import { ago, span } from "./ages.ts";
import { HOST_WORDS } from "./words.ts";

/** How bad each word for a host is. A host that drains or waits is as it should be. */
export const HOST_LEVEL: Readonly<Record<HostHealth, Level>> = {
  unhealthy: "bad",
  failing: "bad",
  ejected: "warn",
  degraded: "warn",
  excluded: "info",
  pending: "info",
  draining: "info",
  healthy: "ok",
};

/** Tones of the bar of hosts, in its order. */
export const HOST_TONES: readonly (readonly [tone: "ok" | "warn" | "bad" | "idle", healths: readonly HostHealth[]])[] =
  [
    ["ok", ["healthy"]],
    ["warn", ["degraded", "ejected"]],
    ["bad", ["unhealthy", "failing"]],
    ["idle", ["draining", "pending", "excluded"]],
  ];

/** `failing active check: HTTP 503 ×3, last 2 s ago, next in 3 s`; empty for a host that is well. */
export function reasonText(host: HostItem, nowMs: number): string {
  const { reason, active_check: check, outlier, health } = host;
  if (reason === "") return "";
  if (health === "ejected" && outlier?.until_ms != null) {
    const leftMs = outlier.until_ms - nowMs;
    return `${reason}, ${leftMs > 0 ? `back in ${span(leftMs + 999)} at the earliest` : "back with the next sweep"}`;
  }
  if (check === null || health !== "unhealthy" || host.flags.includes("failed_eds_health")) return reason;
  const leftMs = check.next_ms - nowMs;
  return `${reason}, last ${ago(nowMs - check.last_ms)}, next ${leftMs > 0 ? `in ${span(leftMs + 999)}` : "now"}`;
}

/** `3 healthy, 1 ejected`: those there are, the well ones first. */
export function countsText(counts: HostCounts): string {
  const parts = HOST_TONES.flatMap(([, healths]) => healths).filter((health) => counts[health] > 0)
    .map((health) => `${counts[health]} ${HOST_WORDS[health].toLowerCase()}`);
  return parts.length === 0 ? "no hosts" : parts.join(", ");
}

/** `region/zone/sub_zone`, without what is not given. */
export function placeText({ region, zone, sub_zone: subZone }: HostItem["locality"]): string {
  return [region, zone, subZone].filter((part) => part !== "").join("/");
}

/** A value as a field of CSV: quoted where it must be, and never one that a spreadsheet takes for a formula. */
export function csvField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
