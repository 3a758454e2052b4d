/** Listeners: those that do not serve first. */

import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import type { Level } from "../../src/admin/contract/problem.ts";
import { LiveList } from "./live_list.ts";
import { LEVEL_ORDER } from "./overview.ts";

/** Makes the list of listeners, empty. */
export function createListeners(): LiveList<ListenerItem> {
  return new LiveList((item) => `listener/${item.name}`);
}

/** How bad each state of a listener is. */
export const LISTENER_LEVEL: Readonly<Record<ListenerItem["state"], Level>> = {
  failed: "bad",
  warming: "info",
  draining: "info",
  active: "ok",
};

/** Failed ones first, then by name. */
export function listenersByTrouble(items: readonly ListenerItem[]): ListenerItem[] {
  return [...items].sort((a, b) =>
    LEVEL_ORDER[LISTENER_LEVEL[a.state]] - LEVEL_ORDER[LISTENER_LEVEL[b.state]] ||
    a.name.localeCompare(b.name, "en", { numeric: true })
  );
}
