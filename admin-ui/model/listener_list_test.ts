import { deepEqual } from "node:assert/strict";
import { listenerItem } from "./listener_cases.ts";
import { listenerRows } from "./listener_list.ts";

const ITEMS = [
  listenerItem({ name: "web-10", rps: 5, addresses: ["127.0.0.1:80"] }),
  listenerItem({ name: "web-2", rps: null, state: "draining" }),
  listenerItem({ name: "api", rps: 50, error: "the last update was refused: no", http_prefixes: ["Edge"] }),
];
const ALL = { text: "", isProblemsOnly: false, sort: "" };

const cases: readonly (readonly [what: string, choice: Partial<typeof ALL>, names: readonly string[]])[] = [
  ["those in trouble first", {}, ["web-2", "api", "web-10"]],
  ["by name, numbers as numbers", { sort: "name" }, ["api", "web-2", "web-10"]],
  ["by rate, the greatest first, unknown last", { sort: "-rps" }, ["api", "web-10", "web-2"]],
  ["by an address", { text: ":80" }, ["web-10"]],
  ["by a prefix in any case", { text: "edge" }, ["api"]],
  ["those with a problem", { isProblemsOnly: true }, ["web-2", "api"]],
];

for (const [what, choice, names] of cases) {
  Deno.test(`listenerRows() gives ${what}`, () => {
    deepEqual(listenerRows(ITEMS, { ...ALL, ...choice }).map(({ name }) => name), names);
  });
}
