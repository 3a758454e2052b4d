/** What a load assignment says of all hosts of its cluster (spec/upstream.md 3.1). */

/** What `ClusterLoadAssignment.policy` says of all hosts of a cluster. */
export interface AssignmentPolicy {
  /** Percent; 140 unless given. */
  readonly overprovisioningFactor: number;
  /** Weights instead of numbers of hosts say how much of a priority is available. */
  readonly weightedPriorityHealth: boolean;
  /** `drop_overloads`: percent of requests that are refused. */
  readonly dropOverloadPercent: number;
  /** What they are called in reports. */
  readonly dropOverloadCategory: string;
}

/** Unless an assignment says otherwise. */
export const DEFAULT_ASSIGNMENT_POLICY: AssignmentPolicy = {
  overprovisioningFactor: 140,
  weightedPriorityHealth: false,
  dropOverloadPercent: 0,
  dropOverloadCategory: "",
};
