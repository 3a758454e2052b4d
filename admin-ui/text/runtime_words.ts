/** The Runtime page's words: when a value takes effect, who changed one, what became of a change. */

import type { RuntimeCatalogItem, RuntimeChange } from "../../src/admin/contract/runtime.ts";

/** When a new value shows. */
export const READ_WORDS: Readonly<Record<RuntimeCatalogItem["read"], string>> = {
  request: "on the next request",
  tick: "on the next turn of the timer",
  load: "when configuration is loaded next",
  restart: "after a restart",
};

/** What became of a change. */
export const STATE_WORDS: Readonly<Record<RuntimeChange["state"], string>> = {
  applied: "applied",
  pending_confirm: "waits to be kept",
  kept: "kept",
  reverted: "reverted: nobody kept it",
  expired: "expired",
  undone: "undone",
  superseded: "superseded",
};

/** By which way a change came, where the actor does not say it. */
export const SOURCE_WORDS: Readonly<Record<RuntimeChange["source"], string>> = {
  admin: "console",
  admin_api: "/runtime_modify",
  rtds: "RTDS",
  disk: "disk",
  expiry: "expiry",
  confirm_timeout: "not kept in time",
  undo: "undo",
  kill_switch: "kill switch",
};

/** What to add to a bootstrap whose layers leave no room for edits. */
export const ADMIN_LAYER_YAML = `- name: admin
  admin_layer: {}
`;
