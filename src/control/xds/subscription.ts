/**
 * A subscription to resources of one type: the same contract whether they come from files, REST or gRPC
 * (spec/xds.md 5, 7 and 8). Who subscribes says which names; who delivers says what became of them.
 */
import type { ConfigProblem } from "../../base/errors.ts";
import type { ReceivedResource } from "../../config/discovery_response.ts";
import type { RefusedResource } from "./refusal_text.ts";

/** What came at once. */
export interface ResourceUpdate {
  readonly version: string;
  readonly resources: readonly ReceivedResource[];
  /** Names that exist no more, where the transport tells; a full set leaves out what is gone. */
  readonly removed: readonly string[];
  /** Everything there is, so that whatever is not in it is gone. */
  readonly isFullSet: boolean;
  /** How long it was as it came, where the transport says so. */
  readonly bytes?: number;
}

/** An update of which nothing was handed over, since a part of it makes no sense: as far as it could be read. */
export interface UnfitUpdate {
  readonly version: string;
  readonly bytes: number;
  /** Those that are the reason. */
  readonly refused: readonly RefusedResource[];
}

/** Why nothing came, or why what came was not taken. */
export type UpdateFailure = "connection" | "timeout" | "rejected";

/** Takes what a subscription brings. */
export interface ResourceWatcher {
  /**
   * Takes an update, or refuses all or some of it: the text then goes back to the sender. What was good in it is in force
   * all the same. Where that takes time no other update is handed over meanwhile.
   */
  onUpdate(update: ResourceUpdate): ConfigProblem[] | null | Promise<ConfigProblem[] | null>;
  /** `rejected` and `timeout` end a wait for the first update; `connection` does not. `text` is for people. */
  onFailure(failure: UpdateFailure, text: string, unfit?: UnfitUpdate): void;
}

/** From `start` to `close`. */
export interface Subscription {
  /** Calls the watcher from now on, possibly before it returns. Empty names = all there are. */
  start(names: readonly string[]): void;
  /** Changes the names. */
  update(names: readonly string[]): void;
  /** No call comes after it, and nothing is left behind. */
  close(): void;
}
