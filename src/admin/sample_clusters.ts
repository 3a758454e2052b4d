/** For tests: the clusters of a sample process as the console asks for them, made of what `/clusters` has of them. */
import { SystemClock } from "../base/clock.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import type { BreakerView } from "../control/cluster/breaker_view.ts";
import type { ClusterUse } from "../control/cluster/cluster_uses.ts";
import { ControlHost } from "../control/cluster/control_host.ts";
import type { Happening } from "../control/cluster/happenings.ts";
import { isPanicking, lbViewOf } from "../control/cluster/lb_view.ts";
import type { CheckResult } from "../control/health/health_check_context.ts";
import type { ClusterDetail, ClusterGlance, ClusterSource } from "./cluster_source.ts";
import type { ClusterStatus, HostStatus } from "./source.ts";

export class SampleClusters implements ClusterSource {
  readonly #statuses: () => readonly ClusterStatus[];
  readonly #byName = new Map<string, number>();
  readonly runtime = new RuntimeValues();
  readonly changed = new Set<string>();
  happened: Happening[] = [];
  uses: ClusterUse[] = [];
  breakers: BreakerView[] = [];
  /** Results by host. */
  readonly checks = new Map<HostStatus, (CheckResult | null)[]>();

  constructor(statuses: () => readonly ClusterStatus[]) {
    this.#statuses = statuses;
  }

  names(): Iterable<string> {
    return this.#statuses().map(({ config }) => config.name);
  }

  glance(name: string): ClusterGlance | null {
    const status = this.#find(name);
    if (status === undefined) return null;
    return {
      config: status.config,
      hosts: status.hosts,
      hostCount: status.hosts.length,
      isDynamic: status.isDynamic,
      versionInfo: status.versionInfo,
      updatedMs: 1,
      isWarming: status.warming !== null,
      isNacked: false,
      isUnchecked: (host) => this.checks.get(host as HostStatus)?.includes(null) ?? false,
    };
  }

  detail(name: string): ClusterDetail | null {
    const status = this.#find(name);
    if (status === undefined) return null;
    const { config, policy, hosts, edsServiceName, outliers } = status;
    return {
      config,
      policy,
      edsServiceName,
      outliers,
      hosts: hosts.map((host) => ({ ...host, checks: this.checks.get(host) ?? [] })),
      breakers: this.breakers,
      lb: lbViewOf(config, policy, controlHosts(status), {
        runtime: this.runtime,
        clock: new SystemClock(),
        own: { region: "", zone: "", subZone: "" },
        localCluster: "",
        localZones: 0,
      }),
    };
  }

  isPanicking(name: string): boolean {
    const status = this.#find(name)!;
    return isPanicking(status.config, status.policy, controlHosts(status), this.runtime);
  }

  takeChanged(): ReadonlySet<string> {
    const changed = new Set(this.changed);
    this.changed.clear();
    return changed;
  }

  happenings(): readonly Happening[] {
    return this.happened;
  }

  usesOf(): Promise<readonly ClusterUse[]> {
    return Promise.resolve(this.uses);
  }

  runtimeText(key: string): string | null {
    return this.runtime.text(key);
  }

  /** Of thousands a search each time would be what is measured. */
  #find(name: string): ClusterStatus | undefined {
    const list = this.#statuses();
    const known = this.#byName.get(name);
    if (known !== undefined && list[known] !== undefined && list[known].config.name === name) return list[known];
    list.forEach(({ config }, at) => this.#byName.set(config.name, at));
    return list.find(({ config }) => config.name === name);
  }
}

function controlHosts({ hosts }: ClusterStatus): ControlHost[] {
  return hosts.map(({ endpoint, flags }, at) => new ControlHost(at, at, endpoint, flags, 0));
}
