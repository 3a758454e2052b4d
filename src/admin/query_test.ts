import assert from "node:assert/strict";
import { AdminQuery } from "./query.ts";

Deno.test("AdminQuery decodes, keeps a plus, and takes the first of two", () => {
  const query = new AdminQuery("filter=a%2Bb+c&filter=d&%66lag&empty=&bad=%zz");
  assert.equal(query.get("filter"), "a+b+c");
  assert.equal(query.has("flag"), true);
  assert.equal(query.get("flag"), undefined);
  assert.equal(query.get("empty"), undefined);
  assert.equal(query.has("empty"), true);
  assert.equal(query.get("bad"), "%zz");
  assert.equal(query.has("other"), false);
});
