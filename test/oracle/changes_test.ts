import assert from "node:assert/strict";
import { Changes } from "./changes.ts";

Deno.test("until() resolves with an announcement after which the condition holds", async () => {
  const changes = new Changes();
  let count = 0;
  const three = changes.until(() => count >= 3, 10_000);
  for (let i = 0; i < 3; i++) {
    count++;
    changes.announce();
  }
  assert.equal(await three, true);
  assert.equal(await changes.until(() => true, 0), true);
});

Deno.test("until() gives up when patience has run out", async () => {
  assert.equal(await new Changes().until(() => false, 1), false);
});
