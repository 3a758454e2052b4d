/** Tests of the list of events. */

import assert from "node:assert/strict";
import { EventLog } from "./event_log.ts";

Deno.test("EventLog keeps what happened in order, with rising ids", () => {
  const log = new EventLog();
  log.add("ok", "server", "", "LIVE");
  log.add("bad", "worker", "1", "died", "/workers");
  assert.deepEqual(
    log.items.map(({ id, level, subject, name, text, link }) => [id, level, subject, name, text, link]),
    [
      [1, "ok", "server", "", "LIVE", ""],
      [2, "bad", "worker", "1", "died", "/workers"],
    ],
  );
});

Deno.test("EventLog forgets the oldest when it is full", () => {
  const log = new EventLog();
  for (let event = 1; event <= 5001; event++) log.add("info", "server", "", String(event));
  assert.ok(log.items.length <= 5000);
  assert.equal(log.items.at(-1)!.id, 5001);
  assert.equal(log.items[0]!.id, 5002 - log.items.length);
});
