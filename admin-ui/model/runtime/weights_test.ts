import { deepEqual } from "node:assert/strict";
import { EditTray } from "./edit_tray.ts";
import { itemsByKey } from "./rows.ts";
import { itemOf, viewOf } from "./runtime_cases.ts";
import { weightKeys, weightsOf } from "./weights.ts";

const weight = (key: string, cluster: string, byDefault: string, place = 'route "/" of listener "web"') =>
  itemOf(key, { default: byDefault, used_by: [{ text: `weight of cluster "${cluster}" in ${place}`, link: "/" }] });
const catalog = itemsByKey([
  weight("shift.web.v1", "web.v1", "90"),
  weight("shift.api", "api", "10"),
  weight("shift.other", "other", "10", 'route "/b" of listener "web"'),
  weight("else.api", "api", "10"),
  itemOf("shift.plain"),
]);

Deno.test("weightKeys() finds the weights of one weighted cluster", () => {
  deepEqual([...weightKeys("shift.api", catalog)], [["shift.web.v1", "web.v1"], ["shift.api", "api"]]);
  for (const key of ["shift.plain", "else.api", "shift.other", "unknown"]) {
    deepEqual([...weightKeys(key, catalog)], [], `${key} has none beside it`);
  }
});

Deno.test("weightsOf() has shares of what is set, edited or configured", () => {
  const tray = new EditTray();
  const view = viewOf({ "shift.web.v1": [null, "30"] });
  const keys = weightKeys("shift.api", catalog);
  const weights = () => weightsOf(keys, catalog, view, tray).map(({ name, text, share }) => [name, text, share]);
  deepEqual(weights(), [["web.v1", "30", 0.75], ["api", "10", 0.25]]);
  tray.put({ key: "shift.api", value: "30", base: null });
  deepEqual(weights(), [["web.v1", "30", 0.5], ["api", "30", 0.5]]);
  tray.put({ key: "shift.api", value: "0", base: null });
  tray.put({ key: "shift.web.v1", value: "0", base: "30" });
  deepEqual(weights(), [["web.v1", "0", 0], ["api", "0", 0]]);
});
