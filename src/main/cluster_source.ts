/** What the console reads of this process's clusters: the doorway `admin/cluster_source.ts` asks for. */
import type { ClusterDetail, ClusterGlance, ClusterSource, GlancedHost } from "../admin/cluster_source.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import { coarseHealth } from "../config/host_health.ts";
import { breakerViews } from "../control/cluster/breaker_view.ts";
import type { ClusterEntry } from "../control/cluster/cluster_manager.ts";
import { type ClusterUse, findUses, type NamedResource } from "../control/cluster/cluster_uses.ts";
import type { ControlHost } from "../control/cluster/control_host.ts";
import type { Happening } from "../control/cluster/happenings.ts";
import { isPanicking, lbViewOf } from "../control/cluster/lb_view.ts";
import type { ManagedCluster } from "../control/cluster/managed_cluster.ts";
import type { ControlSide } from "../control/control_side.ts";
import { SystemClock } from "../base/clock.ts";
import { runInSlices } from "../observe/stats/slices.ts";
import { placeKey } from "../upstream/host_set/locality_groups.ts";
import { Origin } from "../upstream/shared_hosts.ts";
import { SharedLimits } from "../upstream/shared_limits.ts";

const NOTHING: ReadonlySet<string> = new Set();

/** The clusters of this process. */
export class ProcessClusters implements ClusterSource {
  readonly #bootstrap: LoadedBootstrap;
  readonly #control: () => ControlSide | null;
  readonly #limits: SharedLimits;
  readonly #clock = new SystemClock();
  #refused: { readonly list: readonly object[]; readonly names: ReadonlySet<string> } = { list: [], names: NOTHING };

  constructor(bootstrap: LoadedBootstrap, concurrency: number, control: () => ControlSide | null) {
    this.#bootstrap = bootstrap;
    this.#control = control;
    this.#limits = new SharedLimits(concurrency);
  }

  *names(): Generator<string> {
    for (const entry of this.#control()?.clusters.entries ?? []) if (shownOf(entry) !== null) yield entry.name;
  }

  glance(name: string): ClusterGlance | null {
    const control = this.#control(), entry = control?.clusters.find(name) ?? null;
    const object = shownOf(entry);
    if (control === null || entry === null || object === null) return null;
    return {
      config: object.config,
      hosts: object.hosts.hosts,
      hostCount: object.hosts.count,
      isDynamic: !entry.isStatic,
      versionInfo: object.resource.version,
      updatedMs: entry.active === null ? 0 : entry.updatedMs,
      isWarming: entry.warming !== null,
      isNacked: this.#isRefused(control, name),
      isUnchecked: (host: GlancedHost) =>
        (object.checks?.results(host as ControlHost) ?? []).some((result) => result === null),
    };
  }

  detail(name: string): ClusterDetail | null {
    const control = this.#control(), object = shownOf(control?.clusters.find(name) ?? null);
    if (control === null || object === null) return null;
    const { config, hosts, checks, outliers } = object;
    const { discovery } = config;
    const slot = control.limitSlots.slotOf(name);
    this.#limits.usePages(control.limitSlots.pages);
    return {
      config,
      policy: hosts.policy,
      edsServiceName: discovery.kind === "eds" && discovery.serviceName !== name ? discovery.serviceName : "",
      hosts: Array.from(hosts.hosts, (host) => ({
        endpoint: host.endpoint,
        flags: host.flags,
        checks: checks?.results(host) ?? [],
        outlier: outliers?.figuresOf(host) ?? null,
      })),
      outliers: outliers === null
        ? null
        : { external: outliers.rates(Origin.EXTERNAL), local: outliers.rates(Origin.LOCAL) },
      breakers: breakerViews(config, this.#limits.cluster(slot, 0), control.runtime.values),
      lb: lbViewOf(config, hosts.policy, hosts.hosts, {
        runtime: control.runtime.values,
        clock: this.#clock,
        own: this.#bootstrap.node,
        localCluster: this.#bootstrap.snapshot.localCluster,
        localZones: this.#localZones(control),
      }),
    };
  }

  isPanicking(name: string): boolean {
    const control = this.#control(), object = shownOf(control?.clusters.find(name) ?? null);
    if (control === null || object === null) return false;
    return isPanicking(object.config, object.hosts.policy, object.hosts.hosts, control.runtime.values);
  }

  takeChanged(): ReadonlySet<string> {
    return this.#control()?.happenings.takeChanged() ?? NOTHING;
  }

  happenings(): readonly Happening[] {
    return this.#control()?.happenings.items ?? [];
  }

  async usesOf(name: string): Promise<readonly ClusterUse[]> {
    const control = this.#control();
    const found: ClusterUse[] = [];
    if (control !== null) await runInSlices(findUses(name, resourcesOf(control), found));
    return found;
  }

  runtimeText(key: string): string | null {
    return this.#control()?.runtime.values.text(key) ?? null;
  }

  #isRefused(control: ControlSide, name: string): boolean {
    const refused = control.cds?.refused ?? [];
    if (refused.length === 0) return false;
    if (this.#refused.list !== refused) {
      this.#refused = { list: refused, names: new Set(refused.map(({ name }) => name)) };
    }
    return this.#refused.names.has(name);
  }

  #localZones(control: ControlSide): number {
    const local = control.clusters.find(this.#bootstrap.snapshot.localCluster)?.active;
    const healthy = Array.from(local?.hosts.hosts ?? []).filter(({ flags }) => coarseHealth(flags) === "healthy");
    return new Set(healthy.map(({ endpoint }) => placeKey(endpoint.locality))).size;
  }
}

/** At the start those of the bootstrap are listed that are not ready yet, too, as in `/clusters`. */
function shownOf(entry: ClusterEntry | null): ManagedCluster | null {
  return entry === null ? null : entry.active ?? (entry.isStatic ? entry.warming : null);
}

function* resourcesOf(control: ControlSide): Generator<NamedResource> {
  const { listening, clusters } = control;
  for (const { name, active } of listening?.manager.entries ?? []) {
    if (active !== null) yield { kind: "listener", name, message: active.resource.message };
  }
  for (const { name, active } of listening?.routes.states ?? []) {
    if (active !== null) yield { kind: "route_config", name, message: active.message };
  }
  for (const { name, active } of clusters.entries) {
    if (active !== null) yield { kind: "cluster", name, message: active.resource.message };
  }
}
