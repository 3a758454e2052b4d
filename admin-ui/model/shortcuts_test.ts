import { deepEqual, equal } from "node:assert/strict";
import { Shortcuts } from "./shortcuts.ts";

Deno.test("Shortcuts give a key to the latest who wants it, and back", () => {
  const shortcuts = new Shortcuts();
  const done: string[] = [];
  shortcuts.add({ key: "e", words: "Edit", run: () => done.push("page") });
  const remove = shortcuts.add({ key: "e", words: "Edit", run: () => done.push("drawer") });
  equal(shortcuts.press("e"), true);
  remove();
  equal(shortcuts.press("e"), true);
  equal(shortcuts.press("x"), false);
  deepEqual(done, ["drawer", "page"]);
});
