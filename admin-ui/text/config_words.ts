/** The words of the Config and Control plane pages: kinds of resources, where they stand, what became of a message. */

import type { ClientStatus, ConfigItem, ConfigState, ConfigType } from "../../src/admin/contract/config.ts";
import type { Level } from "../../src/admin/contract/problem.ts";
import type { XdsEvent } from "../../src/admin/contract/xds.ts";

/** Kinds in the order of the tree, as headings. */
export const TYPE_TITLES: Readonly<Record<ConfigType, string>> = {
  bootstrap: "Bootstrap",
  listener: "Listeners",
  route: "Routes",
  cluster: "Clusters",
  endpoints: "Endpoints",
  secret: "Secrets",
  runtime: "Runtime layers",
};

/** One of a kind, and the API that brings it. */
export const TYPE_WORDS: Readonly<Record<ConfigType, readonly [word: string, api: string]>> = {
  bootstrap: ["Bootstrap", ""],
  listener: ["Listener", "LDS"],
  route: ["Route configuration", "RDS"],
  cluster: ["Cluster", "CDS"],
  endpoints: ["Endpoints", "EDS"],
  secret: ["Secret", "SDS"],
  runtime: ["Runtime layer", "RTDS"],
};

const STATES: Readonly<Record<ConfigState, readonly [word: string, level: Level]>> = {
  active: ["active", "ok"],
  warming: ["warming", "info"],
  "active+warming": ["active, next one warms", "info"],
  draining: ["draining", "info"],
  waiting: ["waiting", "warn"],
  refused: ["never taken", "bad"],
  removed: ["removed", "info"],
};

/** Where a resource stands, as a word with its weight. A refused update weighs more than what still serves. */
export function stateOf({ state, client_status, is_static }: ConfigItem): { word: string; level: Level } {
  const [word, level] = STATES[state];
  if (client_status === "NACKED" && state !== "refused") return { word: `${word}, update refused`, level: "bad" };
  return { word: is_static && state === "active" ? "static" : word, level };
}

/** What the source was told, for hover. */
export const STATUS_MEANINGS: Readonly<Record<ClientStatus, string>> = {
  REQUESTED: "It was asked for and has not come yet",
  ACKED: "The last update was taken",
  NACKED: "The last update was refused; what was there before stays in force",
  TIMEOUT: "It did not come within initial_fetch_timeout",
  DOES_NOT_EXIST: "Its source says that there is none",
};

/** What became of a message. */
export const RESULTS: Readonly<Record<XdsEvent["result"], readonly [word: string, level: Level]>> = {
  accepted: ["Accepted", "ok"],
  rejected: ["Refused", "bad"],
  failed: ["Failed", "warn"],
  timeout: ["Timed out", "warn"],
};

/** `2.1 KB`. */
export function byteText(bytes: number | null): string {
  if (bytes === null) return "–";
  if (bytes < 1000) return `${bytes}\u00a0B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)}\u00a0kB` : `${(bytes / 1_000_000).toFixed(1)}\u00a0MB`;
}
