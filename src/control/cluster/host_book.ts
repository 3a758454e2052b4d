/**
 * The hosts of one cluster object as main keeps them: takes what discovery finds and what is learnt of their health, and
 * gathers what workers have to be told (spec/upstream.md 4.3, 4.4).
 *
 * ```
 *   discovery ─ reconcile ─▶ new? ─────────▶ added
 *                            known? ───────▶ changed in place; replaced if what is checked, or its locality, moved
 *                            absent? ──────▶ checks pass? ─ yes ─▶ kept, pending removal, until a check fails
 *                                                         └ no ──▶ removed
 * ```
 *
 * A host is known by its address, unless discovery says by what. Several of one identity in one list are told apart by
 * their order.
 */
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";
import type { EndpointConfig, LoadAssignment } from "../../config/cluster_config.ts";
import type { HealthCheckConfig } from "../../config/health_check_config.ts";
import type { HostConfig } from "../../config/host_config.ts";
import { DISCOVERY_FLAGS, discoveryFlags, HealthFlag } from "../../config/host_health.ts";
import { addressKey } from "../address_key.ts";
import { checkAddress, isChecked, startFlags } from "../health/check_target.ts";
import { ControlHost, type HostWatcher } from "./control_host.ts";

/** Gives hosts what they have for life. */
export interface HostIdentities {
  nextId(): number;
  takeSlot(): number;
  /** The host is gone from main: workers may still have it for a moment. */
  releaseSlot(slot: number): void;
}

/** How a cluster treats its hosts. */
export interface HostRules {
  /** `health_checks`. */
  readonly checks: readonly HealthCheckConfig[];
  /** `ignore_new_hosts_until_first_hc`. */
  readonly ignoresUnchecked: boolean;
  /** `ignore_health_on_host_removal`. */
  readonly removesAtOnce: boolean;
}

/** Hears of hosts that come and go, and that something is to be told. */
export interface HostBookEvents {
  onAdded(host: ControlHost): void;
  onRemoved(host: ControlHost): void;
  /** Flags of a host are others than before. */
  onHealth(host: ControlHost, before: number): void;
  /** There is something for workers. `priorities`: in how many of them hosts came or went. */
  onChange(priorities: number): void;
}

/** What workers have to be told. */
export interface HostChange {
  readonly added: readonly HostConfig[];
  readonly changed: readonly HostConfig[];
  readonly removed: readonly number[];
  readonly policy: AssignmentPolicy | null;
}

/** What became of a list of endpoints. */
interface Reconciled {
  readonly made: readonly ControlHost[];
  /** Priorities that hosts came to or went from. */
  readonly touched: ReadonlySet<number>;
  /** Hosts that stayed are other than before. */
  readonly isChanged: boolean;
}

/** What active checks have found out: it goes with a host that only moved to another locality. */
const CHECKED_FLAGS = HealthFlag.FAILED_ACTIVE_HC | HealthFlag.DEGRADED_ACTIVE_HC | HealthFlag.PENDING_ACTIVE_HC |
  HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL | HealthFlag.ACTIVE_HC_TIMEOUT;

/** All hosts of one cluster object. */
export class HostBook implements HostWatcher {
  readonly #rules: HostRules;
  readonly #identities: HostIdentities;
  readonly #events: HostBookEvents;
  readonly #wallMs: () => number;
  /** By address and order. */
  #byKey = new Map<string, ControlHost>();
  #policy: AssignmentPolicy;
  #hasNewPolicy = false;
  readonly #added = new Set<ControlHost>();
  readonly #changed = new Set<ControlHost>();
  #removed: number[] = [];

  constructor(
    rules: HostRules,
    policy: AssignmentPolicy,
    identities: HostIdentities,
    wallMs: () => number,
    events: HostBookEvents,
  ) {
    this.#rules = rules;
    this.#policy = policy;
    this.#identities = identities;
    this.#wallMs = wallMs;
    this.#events = events;
  }

  /** In the order in which they came. */
  get hosts(): Iterable<ControlHost> {
    return this.#byKey.values();
  }

  get count(): number {
    return this.#byKey.size;
  }

  get policy(): AssignmentPolicy {
    return this.#policy;
  }

  /** Every host as workers have it. */
  snapshot(): HostConfig[] {
    return Array.from(this.#byKey.values(), hostConfig);
  }

  /** Takes a list of endpoints: those are all there are. Returns whether anything is different. */
  reconcile({ endpoints, policy }: LoadAssignment): boolean {
    const { made, touched, isChanged } = this.#areTheSame(endpoints)
      ? this.#refreshAll(endpoints)
      : this.#replace(endpoints);
    const isNewPolicy = !isSame(this.#policy, policy);
    if (isNewPolicy) {
      this.#policy = policy;
      this.#hasNewPolicy = true;
    }
    for (const host of made) this.#events.onAdded(host);
    const isDifferent = isChanged || isNewPolicy || touched.size > 0;
    if (isDifferent) this.#events.onChange(touched.size);
    return isDifferent;
  }

  changeFlags(host: ControlHost, set: number, cleared: number): void {
    const flags = (host.flags | set) & ~cleared;
    if (flags === host.flags) return;
    const before = host.flags;
    host.flags = flags;
    if ((before & ~flags & HealthFlag.FAILED_ACTIVE_HC) !== 0) host.warmSinceMs = this.#wallMs();
    const isGone = (flags & HealthFlag.PENDING_DYNAMIC_REMOVAL) !== 0 && (flags & HealthFlag.FAILED_ACTIVE_HC) !== 0;
    if (isGone) {
      for (const [key, one] of this.#byKey) if (one === host) this.#byKey.delete(key);
      this.#forget(host);
    } else if (!this.#added.has(host)) {
      this.#changed.add(host);
    }
    this.#events.onHealth(host, before);
    this.#events.onChange(isGone ? 1 : 0);
  }

  /** What is new since the last call, or null. */
  takeChange(): HostChange | null {
    if (this.#added.size + this.#changed.size + this.#removed.length === 0 && !this.#hasNewPolicy) return null;
    const change = {
      added: Array.from(this.#added, hostConfig),
      changed: Array.from(this.#changed, hostConfig),
      removed: this.#removed,
      policy: this.#hasNewPolicy ? this.#policy : null,
    };
    this.#added.clear();
    this.#changed.clear();
    this.#removed = [];
    this.#hasNewPolicy = false;
    return change;
  }

  /** The cluster object is gone. */
  close(): void {
    for (const host of this.#byKey.values()) {
      this.#events.onRemoved(host);
      this.#identities.releaseSlot(host.slot);
    }
    this.#byKey.clear();
  }

  /** They are the hosts that are here, in their order: of a great many mostly few change, and those in place. */
  #areTheSame(endpoints: readonly EndpointConfig[]): boolean {
    if (endpoints.length !== this.#byKey.size) return false;
    let index = 0;
    for (const { endpoint: known } of this.#byKey.values()) {
      const found = endpoints[index++]!;
      if (known === found) continue;
      if (identityOf(known) !== identityOf(found) || !this.#isSameHost(known, found)) return false;
    }
    return true;
  }

  #refreshAll(endpoints: readonly EndpointConfig[]): Reconciled {
    const touched = new Set<number>();
    let index = 0, isChanged = false;
    for (const host of this.#byKey.values()) if (this.#stay(host, endpoints[index++]!, touched)) isChanged = true;
    return { made: [], touched, isChanged };
  }

  #replace(endpoints: readonly EndpointConfig[]): Reconciled {
    const before = this.#byKey;
    const after = new Map<string, ControlHost>();
    const wanted = keyed(endpoints);
    const touched = new Set<number>();
    let isChanged = false;
    // Those that stay keep their order, whatever the order of the list: workers know it by what was added when.
    for (const [key, host] of before) {
      const endpoint = wanted.get(key);
      if (endpoint === undefined) {
        if (this.#keepsAbsent(host)) {
          after.set(key, host);
          if (this.#setFlags(host, host.flags | HealthFlag.PENDING_DYNAMIC_REMOVAL)) isChanged = true;
        } else {
          touched.add(host.endpoint.priority);
          this.#forget(host);
        }
      } else if (this.#isSameHost(host.endpoint, endpoint)) {
        after.set(key, host);
        if (this.#stay(host, endpoint, touched)) isChanged = true;
      } else {
        touched.add(host.endpoint.priority);
        this.#forget(host);
      }
    }
    const made: ControlHost[] = [];
    for (const [key, endpoint] of wanted) {
      if (after.has(key)) continue;
      const replaced = before.get(key);
      const host = this.#make(endpoint, replaced);
      after.set(key, host);
      made.push(host);
      touched.add(endpoint.priority);
    }
    this.#byKey = after;
    return { made, touched, isChanged };
  }

  /** Returns whether it is other than before. */
  #stay(host: ControlHost, endpoint: EndpointConfig, touched: Set<number>): boolean {
    // A host that moves goes from one priority and comes to another.
    if (host.endpoint.priority !== endpoint.priority) touched.add(host.endpoint.priority).add(endpoint.priority);
    return this.#refresh(host, endpoint);
  }

  #make(endpoint: EndpointConfig, replaced: ControlHost | undefined): ControlHost {
    const { checks, ignoresUnchecked } = this.#rules;
    const isMoved = replaced !== undefined && !isCheckedElsewhere(replaced.endpoint, endpoint);
    const checked = isMoved ? replaced.flags & CHECKED_FLAGS : startFlags(checks, endpoint, ignoresUnchecked);
    const flags = discoveryFlags(endpoint.healthStatus) | (isChecked(checks, endpoint) ? checked : 0);
    const { nextId, takeSlot } = this.#identities;
    const host = new ControlHost(nextId(), takeSlot(), endpoint, flags, this.#wallMs());
    this.#added.add(host);
    return host;
  }

  #refresh(host: ControlHost, endpoint: EndpointConfig): boolean {
    const flags = host.flags & ~DISCOVERY_FLAGS & ~HealthFlag.PENDING_DYNAMIC_REMOVAL |
      discoveryFlags(endpoint.healthStatus);
    const isMoved = !isSame(host.endpoint, endpoint);
    if (isMoved) {
      host.endpoint = endpoint;
      if (!this.#added.has(host)) this.#changed.add(host);
    }
    return this.#setFlags(host, flags) || isMoved;
  }

  #setFlags(host: ControlHost, flags: number): boolean {
    if (flags === host.flags) return false;
    const before = host.flags;
    host.flags = flags;
    if (!this.#added.has(host)) this.#changed.add(host);
    this.#events.onHealth(host, before);
    return true;
  }

  #forget(host: ControlHost): void {
    this.#changed.delete(host);
    if (!this.#added.delete(host)) this.#removed.push(host.id);
    this.#events.onRemoved(host);
    this.#identities.releaseSlot(host.slot);
  }

  #keepsAbsent(host: ControlHost): boolean {
    if (this.#rules.removesAtOnce || !isChecked(this.#rules.checks, host.endpoint)) return false;
    return (host.flags & (HealthFlag.FAILED_ACTIVE_HC | HealthFlag.FAILED_EDS_HEALTH)) === 0;
  }

  #isSameHost(known: EndpointConfig, found: EndpointConfig): boolean {
    if (known === found) return true;
    const isMovable = known.identity !== undefined;
    if (this.#rules.checks.length > 0 && !isMovable && isCheckedElsewhere(known, found)) return false;
    const { region, zone, subZone } = known.locality, other = found.locality;
    return region === other.region && zone === other.zone && subZone === other.subZone;
  }
}

function hostConfig({ id, slot, endpoint, flags, warmSinceMs }: ControlHost): HostConfig {
  return { id, slot, endpoint, flags, warmSinceMs };
}

function identityOf({ identity, address }: EndpointConfig): string {
  return identity ?? addressKey(address);
}

/** By identity, and by order where one is there more than once. */
function keyed(endpoints: readonly EndpointConfig[]): Map<string, EndpointConfig> {
  const found = new Map<string, EndpointConfig>();
  for (const endpoint of endpoints) {
    const identity = identityOf(endpoint);
    let key = identity;
    for (let copy = 2; found.has(key); copy++) key = `${identity} ${copy}`;
    found.set(key, endpoint);
  }
  return found;
}

/** Whether health checks go to another address than before. */
function isCheckedElsewhere(known: EndpointConfig, found: EndpointConfig): boolean {
  return !isSame(checkAddress(known), checkAddress(found));
}

/** Equal as plain data, whose keys are always in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
