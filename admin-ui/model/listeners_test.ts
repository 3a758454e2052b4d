import { deepEqual } from "node:assert/strict";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { listenerItem } from "./listener_cases.ts";
import { listenersByTrouble } from "./listeners.ts";

function listener(name: string, state: ListenerItem["state"]): ListenerItem {
  return listenerItem({ name, state });
}

Deno.test("listenersByTrouble() puts failed ones first, then those not yet or no longer active", () => {
  const items = [listener("b", "active"), listener("a", "active"), listener("d", "draining"), listener("f", "failed")];
  deepEqual(listenersByTrouble(items).map((item) => item.name), ["f", "d", "a", "b"]);
});
