/** Tests of the server's states. */

import assert from "node:assert/strict";
import { ServerStage, STATE_NUMBERS } from "./server_state.ts";

Deno.test("ServerStage passes Envoy's states", () => {
  const stage = new ServerStage();
  assert.equal(stage.state, "PRE_INITIALIZING");
  stage.reach("INITIALIZING");
  assert.equal(stage.state, "INITIALIZING");
  stage.reach("LIVE");
  assert.equal(stage.state, "LIVE");
});

Deno.test("ServerStage is DRAINING only once it was LIVE, and only while health is failed", () => {
  const stage = new ServerStage();
  stage.isFailedByOperator = true;
  assert.equal(stage.state, "PRE_INITIALIZING");
  stage.reach("LIVE");
  assert.equal(stage.state, "DRAINING");
  stage.isFailedByOperator = false;
  assert.equal(stage.state, "LIVE");
});

Deno.test("ServerStage stays DRAINING while the process ends, whatever the operator says", () => {
  const stage = new ServerStage();
  stage.reach("LIVE");
  stage.isEnding = true;
  assert.deepEqual([stage.state, stage.isHealthFailed], ["DRAINING", true]);
  stage.isFailedByOperator = true;
  stage.isFailedByOperator = false;
  assert.deepEqual([stage.state, stage.isHealthFailed], ["DRAINING", true]);
});

Deno.test("STATE_NUMBERS are those of ServerInfo.State", () => {
  assert.deepEqual(STATE_NUMBERS, { LIVE: 0, DRAINING: 1, PRE_INITIALIZING: 2, INITIALIZING: 3 });
});
