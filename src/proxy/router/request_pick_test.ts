import assert from "node:assert/strict";
import { MetadataCriteria } from "../../match/metadata_criteria.ts";
import { PreviousPriorities } from "../../upstream/host_set/previous_priorities.ts";
import { RequestPick } from "./request_pick.ts";

const criteria = MetadataCriteria.of({ version: "v1", stage: "prod" });

Deno.test("RequestPick has the route's criteria as they are, and none where there are none", () => {
  const pick = new RequestPick();
  pick.begin({ criteria }, { dynamicMetadata: { other: { a: 1 } } });
  assert.equal(pick.criteria, criteria);
  pick.begin({ criteria: null }, { dynamicMetadata: null });
  assert.equal(pick.criteria, null);
});

Deno.test("RequestPick lets metadata of the request win over the route's", () => {
  const pick = new RequestPick(), dynamicMetadata = { "envoy.lb": { stage: "dev", more: 1 } };
  pick.begin({ criteria }, { dynamicMetadata });
  assert.equal(pick.criteria!.text, MetadataCriteria.of({ version: "v1", stage: "dev", more: 1 })!.text);
  pick.begin({ criteria: null }, { dynamicMetadata });
  assert.equal(pick.criteria!.text, MetadataCriteria.of({ stage: "dev", more: 1 })!.text);
});

Deno.test("RequestPick forgets the tries of the request before", () => {
  const pick = new RequestPick();
  pick.previous = new PreviousPriorities(1);
  pick.begin({ criteria }, { dynamicMetadata: null });
  assert.equal(pick.previous, null);
});
