import assert from "node:assert/strict";
import { refusedClusters, refusedListeners } from "./refusal_text.ts";

Deno.test("refusedClusters and refusedListeners say in Envoy's words who was refused and why", () => {
  const refused = [
    { name: "a", message: {}, problems: [{ path: "", reason: "duplicate cluster a found" }] },
    {
      name: "b",
      message: {},
      problems: [{ path: "type", reason: "no", line: 3, column: 5 }, { path: "", reason: "never" }],
    },
  ];
  assert.equal(
    refusedClusters(refused).reason,
    "Error adding/updating cluster(s) a: duplicate cluster a found, b: type (line 3, column 5): no; never",
  );
  assert.equal(
    refusedListeners(refused).reason,
    "Error adding/updating listener(s) a: duplicate cluster a found\nb: type (line 3, column 5): no; never\n",
  );
});
