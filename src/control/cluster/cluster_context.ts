/** What the control side hands to its clusters. */
import type { Logger } from "../../base/log.ts";
import type { Random } from "../../base/random.ts";
import type { StatStore } from "../../observe/stats/store.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { HostCounts } from "../../upstream/shared_hosts.ts";
import type { HealthCheckContext } from "../health/health_check_context.ts";
import type { OutlierContext } from "../outlier/outlier_detector.ts";
import type { Publisher } from "../publisher.ts";
import type { Timeline } from "../timeline.ts";
import type { ClusterParts } from "./cluster_parts.ts";
import type { Happenings } from "./happenings.ts";
import type { HostIdentities } from "./host_book.ts";
import type { LimitSlots } from "./limit_slots.ts";
import type { MergeStats } from "./update_merge.ts";

/** The same for the checks of every cluster. */
export type CheckServices = Omit<HealthCheckContext, "stats" | "watcher" | "hasHadTraffic">;

/** What clusters share. */
export interface ClusterContext {
  /** Main's own: its clock and its timers. */
  readonly loop: EventLoop;
  readonly random: Random;
  readonly stats: StatStore;
  readonly mergeStats: MergeStats;
  readonly log: Logger;
  readonly publisher: Publisher;
  readonly timeline: Timeline;
  readonly happenings: Happenings;
  readonly limitSlots: LimitSlots;
  readonly identities: HostIdentities;
  /** The counts that workers share, by slot. */
  readonly countsOf: (slot: number) => HostCounts;
  /** A text readout is no more. */
  readonly dropText: (name: string) => void;
  readonly outliers: OutlierContext;
  /** What all health checks are given. */
  readonly checks: CheckServices;
  /** A cluster of this observability name has ever opened a connection for traffic. */
  readonly hasHadTraffic: (observabilityName: string) => boolean;
  readonly parts: ClusterParts;
}
