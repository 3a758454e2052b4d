import { deepEqual } from "node:assert/strict";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { listenersByTrouble } from "./listeners.ts";

function listener(name: string, state: ListenerItem["state"]): ListenerItem {
  return {
    name,
    state,
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
  };
}

Deno.test("listenersByTrouble() puts failed ones first, then those not yet or no longer active", () => {
  const items = [listener("b", "active"), listener("a", "active"), listener("d", "draining"), listener("f", "failed")];
  deepEqual(listenersByTrouble(items).map((item) => item.name), ["f", "d", "a", "b"]);
});
