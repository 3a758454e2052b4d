import assert from "node:assert/strict";
import { KeptTexts, type TextHolder } from "./kept_texts.ts";

Deno.test("KeptTexts lets the oldest texts go when there is no more room", () => {
  const texts = new KeptTexts(10), holders = Array.from({ length: 4 }, (): TextHolder => ({ kept: null }));
  for (const holder of holders) texts.keep(holder, "1234", null);
  assert.deepEqual(holders.map(({ kept }) => kept !== null), [false, false, true, true]);
  assert.equal(texts.bytes, 8);
  texts.keep(holders[0]!, "\u0416\u0416\u0416", null);
  assert.deepEqual([texts.bytes, holders[2]!.kept], [10, null]);
});

Deno.test("KeptTexts keeps equal texts of one resource once, and counts them once", () => {
  const texts = new KeptTexts(100), first: TextHolder = { kept: null }, second: TextHolder = { kept: null };
  texts.keep(first, "same", null);
  texts.keep(second, "same", first);
  assert.equal(texts.bytes, 4);
  texts.release(first);
  assert.deepEqual([texts.bytes, second.kept?.text], [4, "same"]);
  texts.release(second);
  assert.equal(texts.bytes, 0);
});

Deno.test("KeptTexts keeps no text that is larger than all the room", () => {
  const texts = new KeptTexts(3), holder: TextHolder = { kept: null };
  texts.keep(holder, "1234", null);
  assert.deepEqual([texts.bytes, holder.kept], [0, null]);
});
