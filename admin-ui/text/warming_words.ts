/**
 * What is said of waiting (spec/console.md Appendix B): what each kind is called, and what to do about one that takes long
 * or fails.
 */

import type { StartStep, Swap, WaitItem, WarmingItem, WarmingSubject } from "../../src/admin/contract/warming.ts";
import type { BarPhase } from "../model/warming.ts";

/** Subjects, as they stand before a name. */
export const SUBJECT_WORDS: Readonly<Record<WarmingSubject, string>> = {
  server: "server",
  cluster: "cluster",
  listener: "listener",
  route_config: "routes",
  secret: "secret",
  runtime_layer: "runtime layer",
};

/** Phases. */
export const PHASE_WORDS: Readonly<Record<BarPhase, string>> = {
  discovery: "discovery",
  secrets: "secrets",
  health_checking: "health checks",
  routes: "routes",
  waiting: "waiting for its turn",
  start: "start",
};

/** Steps of the start, and what each is. */
export const STEP_WORDS: Readonly<Record<StartStep["id"], string>> = {
  primary_clusters: "Primary clusters",
  rtds: "Runtime layers",
  secondary_clusters: "Secondary clusters",
  cds: "Clusters by CDS",
  listeners: "Listeners and routes",
};

/** `v43`; a version of its own form stays as it is. */
export function versionText(version: string): string {
  return /^\d+$/.test(version) ? `v${version}` : version;
}

/** `cluster api`, `server`. */
export function subjectText({ subject, name }: { readonly subject: WarmingSubject; readonly name: string }): string {
  return name === "" ? SUBJECT_WORDS[subject] : `${SUBJECT_WORDS[subject]} ${name}`;
}

/** What of it serves meanwhile. */
export function standingText({ subject, version, active_version: active }: WarmingItem): string {
  const own = versionText(version);
  if (subject === "server") return "no connection is accepted yet";
  if (active === null) {
    const what = subject === "cluster" ? "requests for it get 503 until it is ready" : "nothing serves in its place";
    return own === "" ? what : `${own}, ${what}`;
  }
  const old = versionText(active);
  if (own === old) return "replaces the version before, which still serves";
  return `${own} replacing ${old === "" ? "the version before" : old}, which still serves`;
}

/** What is waited for. */
export function waitText({ kind, name, source }: WaitItem): string {
  const from = source === "" ? "" : ` from ${source}`;
  switch (kind) {
    case "dns":
      return `first DNS answer for ${name}`;
    case "eds":
      return `endpoints of ${name}${from}`;
    case "sds":
      return `secret ${name}${from}`;
    case "rds":
    case "srds":
    case "vhds":
      return `routes ${name}${from}`;
    case "ecds":
      return `filter config ${name}${from}`;
    case "lds":
      return `first list of listeners${from}`;
    case "cds":
      return `first list of clusters${from}`;
    case "rtds":
      return `runtime layer ${name}${from}`;
    case "health_check":
      return `first check of ${name}`;
  }
}

/** What to do. */
export function hintText(wait: WaitItem): string {
  const { hint_id: hint, name, source, deadline_ms: deadline } = wait;
  if (hint === "dns") {
    return `Check the name ${name} and the resolver. Set wait_for_warm_on_init: false on the cluster to start without it.`;
  }
  if (hint === "health_check") {
    return "Needs an answer, not success: a check that fails ends the wait too. A long timeout makes it long.";
  }
  const steps: string[] = [];
  if (source.startsWith("file ")) steps.push(`Check that ${source.slice(5)} can be read and has this resource.`);
  else if (source !== "") steps.push("Check that the control plane is connected and knows this resource.");
  if (hint === "rds" || hint === "srds" || hint === "vhds") steps.push("The listener does not accept until then.");
  if (hint === "lds" || hint === "cds") steps.push("The start of the server is held by this.");
  if (hint === "rtds") steps.push("The layers below are in force meanwhile.");
  if (hint === "ecds") steps.push("Without default_config the traffic of that chain is refused.");
  if (deadline === null) steps.push("No timeout is configured, it waits for ever: set initial_fetch_timeout.");
  return steps.join(" ");
}

/** Of what is replaced again and again. */
export function supersededText(count: number): string {
  const times = count === 1 ? "once" : `${count} times`;
  const why = count < 3 ? "" : ": updates come faster than it can warm, and each starts the wait again";
  return `Replaced ${times} by a newer update before it was ready${why}`;
}

/** `v42 → v43`. */
export function swapVersions({ from, to }: Swap): string {
  if (from === "") return to === "" ? "new" : `new, ${versionText(to)}`;
  return `${versionText(from)} → ${versionText(to)}`;
}
