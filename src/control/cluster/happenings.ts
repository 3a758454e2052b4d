/**
 * What became of hosts and clusters of late, for the console: ejections and returns, changes of health with their reason,
 * hosts that came and went, swaps; the last {@link MAX_HAPPENINGS} of the process, the oldest forgotten first
 * (spec/operations.md 13.4). It also remembers which clusters changed since somebody last asked, so that of a great many
 * only those need be looked at.
 */
import { addressText } from "../../base/address_text.ts";
import { HealthFlag } from "../../config/host_health.ts";
import type { OutlierEvent, OutlierEvents } from "../outlier/outlier_event.ts";
import type { ControlHost } from "./control_host.ts";

/** Kept in memory; a process with an outage of very many hosts must not grow with it. */
export const MAX_HAPPENINGS = 1000;

/** Addresses that are named of hosts that came or went together. */
const NAMED_HOSTS = 3;

/** What kind of thing happened. */
export type HappeningKind = "ejection" | "return" | "health" | "membership" | "swap" | "removal";

/** One of them. */
export interface Happening {
  /** Rises by one. */
  readonly id: number;
  /** Wall clock. */
  readonly atMs: number;
  readonly cluster: string;
  readonly kind: HappeningKind;
  readonly level: "ok" | "info" | "warn" | "bad";
  /** Of the one host that it happened to; empty otherwise. */
  readonly address: string;
  readonly text: string;
}

export class Happenings implements OutlierEvents {
  readonly #wallMs: () => number;
  #items: Happening[] = [];
  #nextId = 1;
  #changed = new Set<string>();

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Oldest first. */
  get items(): readonly Happening[] {
    return this.#items.length > MAX_HAPPENINGS ? this.#items.slice(-MAX_HAPPENINGS) : this.#items;
  }

  /** Clusters of which anything is other than at the call before. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  onOutlierEvent({ cluster, address, ejections, ejection }: OutlierEvent): void {
    const host = addressText(address);
    if (ejection === null) return this.#add(cluster, "return", "ok", host, "back from its ejection");
    const { kind, isEnforced, hostSuccessRate } = ejection;
    const rate = hostSuccessRate < 0 ? "" : `, ${Math.floor(hostSuccessRate)} % of its requests succeeded`;
    const times = ejections === 1 ? "for the first time" : `for the ${ejections}. time`;
    this.#add(
      cluster,
      "ejection",
      "warn",
      host,
      isEnforced
        ? `ejected ${times}: ${kind}${rate}`
        : `detected as an outlier (${kind}${rate}), and left in by the chance of enforcing_${kind}`,
    );
  }

  /** Flags of a host are others than before. `why`: what its last health check found; empty = none was made. */
  onHealth(cluster: string, host: ControlHost, before: number, why: string): void {
    this.#changed.add(cluster);
    const came = host.flags & ~before, went = before & ~host.flags;
    const tell = (level: Happening["level"], text: string) =>
      this.#add(cluster, "health", level, addressText(host.endpoint.address), text);
    const because = why === "" ? "" : `: ${why}`;
    if ((came & HealthFlag.FAILED_ACTIVE_HC) !== 0) tell("bad", `fails its health check${because}`);
    if ((went & HealthFlag.FAILED_ACTIVE_HC) !== 0) tell("ok", "passes its health check");
    if ((came & HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL) !== 0) tell("warn", "asked to be left out");
    if ((came & HealthFlag.FAILED_EDS_HEALTH) !== 0) tell("bad", "discovery says it is unhealthy");
    if ((came & HealthFlag.EDS_STATUS_DRAINING) !== 0) tell("info", "discovery says it is draining");
    if ((went & (HealthFlag.FAILED_EDS_HEALTH | HealthFlag.EDS_STATUS_DRAINING)) !== 0) {
      tell("ok", "discovery says it is well again");
    }
    const degraded = HealthFlag.DEGRADED_ACTIVE_HC | HealthFlag.DEGRADED_EDS_HEALTH;
    if ((came & degraded) !== 0) tell("warn", "is degraded");
    if ((went & degraded) !== 0) tell("ok", "is degraded no more");
    if ((came & HealthFlag.PENDING_DYNAMIC_REMOVAL) !== 0) {
      tell("info", "is discovered no more, and stays until a health check of it fails");
    }
  }

  /** Hosts came and went at once. */
  onMembers(cluster: string, added: readonly ControlHost[], removed: readonly ControlHost[]): void {
    this.#changed.add(cluster);
    const parts = [...hostsText(added, "came"), ...hostsText(removed, "left")];
    if (parts.length === 0) return;
    const [host] = [...added, ...removed];
    const address = added.length + removed.length === 1 ? addressText(host!.endpoint.address) : "";
    this.#add(cluster, "membership", "info", address, parts.join("; "));
  }

  /** An object became active, with so many hosts. `from` is the version before; null = there was none. */
  onSwap(cluster: string, from: string | null, to: string, hosts: number, warmedMs: number): void {
    const version = to === "" ? "" : ` version ${to}`;
    const took = `${hosts} ${hosts === 1 ? "host" : "hosts"}, warmed in ${(warmedMs / 1000).toFixed(1)} s`;
    const before = from === null ? "" : from === "" ? " in the place of the one before" : ` in the place of ${from}`;
    this.#add(cluster, "swap", "info", "", `began to serve${version}${before}: ${took}`);
  }

  onRemoval(cluster: string): void {
    this.#add(cluster, "removal", "info", "", "removed");
  }

  #add(cluster: string, kind: HappeningKind, level: Happening["level"], address: string, text: string): void {
    this.#changed.add(cluster);
    this.#items.push({ id: this.#nextId++, atMs: this.#wallMs(), cluster, kind, level, address, text });
    // Cut now and then, not each time: an outage tells of very many.
    if (this.#items.length >= 2 * MAX_HAPPENINGS) this.#items = this.#items.slice(-MAX_HAPPENINGS);
  }
}

function hostsText(hosts: readonly ControlHost[], what: string): string[] {
  if (hosts.length === 0) return [];
  const named = hosts.slice(0, NAMED_HOSTS).map(({ endpoint }) => addressText(endpoint.address)).join(", ");
  const more = hosts.length - NAMED_HOSTS;
  return [`${what}: ${named}${more > 0 ? ` and ${more} more` : ""}`];
}
