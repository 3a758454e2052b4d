import assert from "node:assert/strict";
import { TextReadout } from "./text_readout.ts";

Deno.test("TextReadout is used once it was set, be it to nothing", () => {
  const text = new TextReadout("cluster_manager.cds.version_text");
  assert.deepEqual([text.value, text.isUsed], ["", false]);
  text.set("");
  assert.deepEqual([text.value, text.isUsed], ["", true]);
});
