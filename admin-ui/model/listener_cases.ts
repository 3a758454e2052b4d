/** A listener for tests: active, idle, without a name; each test changes what it is about. */

import type { ListenerItem } from "../../src/admin/contract/listeners.ts";

/** It, with `over` laid on top. */
export function listenerItem(over: Partial<ListenerItem> = {}): ListenerItem {
  return {
    name: "",
    state: "active",
    addresses: [],
    error: null,
    stat_prefix: "",
    direction: "UNSPECIFIED",
    source: "static",
    version_info: "",
    warming_version: null,
    waiting_for: [],
    drain_ends_ms: null,
    filter_chains: 1,
    http_prefixes: [],
    active_cx: 0,
    cx_total: 0,
    cx_per_s: null,
    no_chain_match_per_s: null,
    rps: null,
    error_ratio: null,
    ...over,
  };
}
