import assert from "node:assert/strict";
import { HandRuntime, type HandRuntimeStart, staticLayer } from "../../../test/support/live_runtime.ts";
import type { AuditItem } from "../contract/session.ts";
import { sampleAdmin } from "../sample_source.ts";

function started(start: HandRuntimeStart = {}) {
  const hand = new HandRuntime(start), audited: AuditItem[] = [];
  const { source, admin, audit, ask, clock } = sampleAdmin();
  audit.listen((item) => void audited.push(item));
  source.liveRuntime = hand.runtime;
  admin.tick();
  const send = async (method: string, path: string, body?: unknown) => {
    const init = { method, ...body === undefined ? {} : { body: JSON.stringify(body) } };
    const response = await ask(`/api/v1/runtime${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  const patch = (...ops: unknown[]) => send("PATCH", "", { reason: "INC-1", ops });
  const get = async (path = "") => (await send("GET", path)).body;
  const end = async () => {
    admin.close();
    await hand[Symbol.asyncDispose]();
  };
  return { hand, source, ask, send, patch, get, audited, clock, [Symbol.asyncDispose]: end };
}

const set = (key: string, value: string, more: object = {}) => ({ op: "set", key, value, ...more });

Deno.test("GET /api/v1/runtime shows each key with its layers, what it means, and who set it", async () => {
  const layers = [staticLayer("base", { "upstream.use_retry": 50, mine: "x" }), {
    name: "admin",
    kind: "admin",
  }] as const;
  await using test = started({ layers });
  await test.patch(set("upstream.use_retry", "25", { base: null, expires_in_s: 60 }));
  const { layers: shown, entries, editable, revision, persisted_in, parked, pending } = await test.get();
  assert.deepEqual(shown.map(({ name, kind, state }: Record<string, string>) => [name, kind, state]), [
    ["base", "static", "ok"],
    ["admin", "admin", "ok"],
  ]);
  assert.deepEqual([editable, revision, persisted_in, parked, pending], [true, 2, null, null, []]);
  const [mine, retry] = entries;
  assert.deepEqual([mine.key, mine.type, mine.known, mine.effective], ["mine", "text", false, "x"]);
  assert.deepEqual([retry.values, retry.winner, retry.effective, retry.meaning], [
    ["50", "25"],
    1,
    "25",
    "25 % of retries",
  ]);
  assert.deepEqual(retry.parsed, { bool: true, uint: 25, double: 25 });
  assert.deepEqual([retry.admin.set_by, retry.admin.reason, retry.admin.previous], [
    "admin-api 127.0.0.1",
    "INC-1",
    null,
  ]);
  assert.equal(retry.admin.expires_ms - retry.admin.set_ms > 0, true);
  assert.deepEqual(retry.warnings, ["It concerns all clusters at once"]);
});

Deno.test("PATCH /api/v1/runtime answers with each key, 409 with who was first, 422 with what it wants", async () => {
  await using test = started();
  const { status, body } = await test.patch(
    set("upstream.maintenance_mode.web", "25", { base: null }),
    set("free", "[1]"),
  );
  assert.equal(status, 200);
  assert.deepEqual([body.change_id, body.revision, body.generation], ["c1", 2, 1]);
  assert.deepEqual(body.applied[0], {
    key: "upstream.maintenance_mode.web",
    before: null,
    after: "25",
    effective_before: null,
    effective_after: "25",
    shadowed_by: null,
  });
  const stale = await test.patch(set("free", "2", { base: null }));
  assert.equal(stale.status, 409);
  const [conflict] = stale.body.conflicts;
  assert.deepEqual([conflict.key, conflict.base, conflict.current, conflict.reason], ["free", null, "[1]", "INC-1"]);
  const wrong = await test.patch(
    set("upstream.maintenance_mode.web", "off"),
    set("free", "{open"),
    set("", "1"),
    set("k".repeat(513), "1"),
    set("long", "x".repeat(64 * 1024 + 1)),
    set("free", "1"),
  );
  assert.equal(wrong.status, 422);
  assert.deepEqual(
    wrong.body.errors.map(({ key, message }: { key: string; message: string }) => [key.length, message.slice(0, 20)]),
    [
      [29, "The value has anothe"],
      [4, "Cannot read document"],
      [0, "The key is empty"],
      [513, "The key is too long"],
      [4, "The value is too lon"],
      [4, "The key is in the se"],
    ],
  );
  assert.match(wrong.body.errors[0].expected, /percent/);
  assert.equal(test.hand.effective("free"), "[1]");
});

for (
  const [what, body] of Object.entries<unknown>({
    "no operations": { reason: "", ops: [] },
    "too many operations": { reason: "", ops: Array.from({ length: 1001 }, (_, i) => set(`k${i}`, "1")) },
    "an unknown operation": { reason: "", ops: [{ op: "add", key: "a", value: "1" }] },
    "an unknown field": { reason: "", ops: [set("a", "1")], force: true },
    "a number for a value": { reason: "", ops: [{ op: "set", key: "a", value: 1 }] },
    "no time to keep it": { reason: "", confirm_within_s: 0, ops: [set("a", "1")] },
  })
) {
  Deno.test(`PATCH /api/v1/runtime refuses ${what}`, async () => {
    await using test = started();
    const { status, body: answer } = await test.send("PATCH", "", body);
    assert.equal(status, 400);
    assert.match(answer.detail, /^Cannot read the body: /);
    assert.equal(test.hand.published.length, 0);
  });
}

Deno.test("a change set can be foretold, kept, undone, and is in the history and the audit", async () => {
  await using test = started();
  const foretold = await test.send("PATCH", "", { reason: "", dry_run: true, ops: [set("a", "1")] });
  assert.deepEqual([foretold.status, foretold.body.change_id, test.hand.effective("a")], [200, "", null]);
  const { body } = await test.send("PATCH", "", { reason: "try", confirm_within_s: 60, ops: [set("a", "1")] });
  assert.ok(body.pending_confirm_until_ms > 0);
  assert.deepEqual(
    (await test.get()).pending.map(({ change_id, keys }: Record<string, unknown>) => [change_id, keys]),
    [["c1", ["a"]]],
  );
  assert.equal((await test.send("POST", "/changes/c1/confirm")).status, 200);
  assert.equal((await test.send("POST", "/changes/c1/confirm")).status, 409);
  assert.equal((await test.send("POST", "/changes/c1/undo")).status, 200);
  assert.equal((await test.send("POST", "/changes/c1/undo")).status, 409);
  assert.equal((await test.send("POST", "/changes/c9/undo")).status, 404);
  const { items, total } = await test.get("/history?key=a");
  assert.equal(total, 2);
  assert.deepEqual(
    items.map((item: Record<string, unknown>) => [item.change_id, item.state, item.by_change_id, item.undoable]),
    [
      ["c2", "applied", null, true],
      ["c1", "undone", "c2", false],
    ],
  );
  const changes = test.audited.filter(({ action }) => action === "runtime.change");
  assert.deepEqual(changes.map(({ actor, target, after, result }) => [actor, target, after, result]), [
    ["admin-api 127.0.0.1", "a", "1", "pending_confirm c1"],
    ["admin-api 127.0.0.1", "a", "1", "kept c1"],
    ["admin-api 127.0.0.1", "a", null, "applied c2"],
    ["admin-api 127.0.0.1", "a", "1", "undone c1 by c2"],
  ]);
  assert.match(test.source.events().at(-2)!.text, /^admin-api 127\.0\.0\.1 changed a: 1 → none \(undo of c1\)$/);
});

Deno.test("the kill switch parks the values, and edits are refused until it is off", async () => {
  await using test = started();
  await test.patch(set("a", "1"));
  assert.equal((await test.send("POST", "/overrides/disable", { reason: "incident" })).status, 200);
  const { editable, not_editable_reason, parked } = await test.get();
  assert.deepEqual([editable, parked], [false, [{ key: "a", value: "1" }]]);
  assert.match(not_editable_reason, /disabled/);
  const refused = await test.patch(set("a", "2"));
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /^overrides_disabled: /);
  const modify = await test.ask("/runtime_modify?a=2", { method: "POST" });
  assert.deepEqual([modify.status, await modify.text()], [503, "admin overrides are disabled"]);
  assert.equal((await test.send("POST", "/overrides/enable", { reason: "", discard: true })).status, 200);
  assert.deepEqual([(await test.get()).parked, test.hand.runtime.book.values.size], [null, 0]);
});

Deno.test("without an admin layer values are seen and not edited", async () => {
  await using test = started({ layers: [staticLayer("base", { a: 1 })] });
  const { editable, not_editable_reason } = await test.get();
  assert.equal(editable, false);
  assert.match(not_editable_reason, /admin_layer: \{\}/);
  assert.equal((await test.patch(set("a", "2"))).status, 503);
  const modify = await test.ask("/runtime_modify?a=2", { method: "POST" });
  assert.deepEqual([modify.status, await modify.text()], [503, "No admin layer specified"]);
});

Deno.test("twenty changes a second are taken from one client", async () => {
  await using test = started();
  for (let i = 0; i < 20; i++) assert.equal((await test.patch(set("a", String(i)))).status, 200);
  assert.equal((await test.patch(set("a", "x"))).status, 429);
  assert.equal((await test.ask("/runtime_modify?b=1", { method: "POST" })).status, 429);
  test.clock.advance(1001);
  assert.equal((await test.patch(set("a", "y"))).status, 200);
});

Deno.test("POST /api/v1/runtime/validate says what a value means before it is set", async () => {
  const layers = [{ name: "admin", kind: "admin" }, staticLayer("top", { "upstream.use_retry": 1 })] as const;
  await using test = started({ layers });
  const validate = async (key: string, value: string) => (await test.send("POST", "/validate", { key, value })).body;
  const good = await validate("upstream.use_retry", "200");
  assert.deepEqual([good.ok, good.type, good.meaning, good.warnings.length], [true, "percent", "100 % of retries", 3]);
  assert.match(good.warnings[2], /^Layer top has the key too and wins/);
  const bad = await validate("upstream.use_retry", "abc");
  assert.deepEqual([bad.ok, bad.errors.length], [false, 1]);
});

Deno.test("/runtime and /runtime_modify answer as Envoy does", async () => {
  const layers = [staticLayer("base", { a: 1000000, b: { c: true } }), { name: "", kind: "admin" }] as const;
  await using test = started({ layers });
  const modify = (query: string, init: RequestInit = {}) =>
    test.ask(`/runtime_modify${query}`, { method: "POST", ...init });
  assert.equal(await (await modify("?a=5&new=a%20b&b.c")).text(), "OK\n");
  const form = {
    headers: { "content-type": "application/x-www-form-urlencoded", "content-length": "7" },
    body: "d=a+b&e",
  };
  assert.equal(await (await modify("", form)).text(), "OK\n");
  assert.deepEqual(JSON.parse(await (await test.ask("/runtime")).text()), {
    entries: {
      a: { final_value: "5", layer_values: ["1e+06", "5"] },
      "b.c": { final_value: "true", layer_values: ["true", ""] },
      d: { final_value: "a b", layer_values: ["", "a b"] },
      new: { final_value: "a b", layer_values: ["", "a b"] },
    },
    layers: ["base", ""],
  });
  const usage = await modify("");
  assert.equal(usage.status, 400);
  assert.match(
    await usage.text(),
    /^usage: \/runtime_modify\?key1=value1&key2=value2&keyN=valueN\n {7}or send the parameters/,
  );
  assert.equal((await modify("?a=6&x=%7Bopen")).status, 400);
  assert.equal(test.hand.effective("a"), "5");
  assert.equal(await (await modify("?a=&new=")).text(), "OK\n");
  assert.deepEqual([test.hand.effective("a"), test.hand.effective("new")], ["1e+06", null]);
  assert.deepEqual(test.hand.runtime.book.history.changes[0]!.actor, "admin-api 127.0.0.1");
});

Deno.test("values that were exported in any form are the same when they are imported", async () => {
  await using test = started();
  const values = {
    plain: "5",
    "a.flag": "yes",
    "a.share": "{numerator: 7, denominator: MILLION}",
    text: 'it\'s "so"',
    "a.b.list": "[1, 2]",
  };
  await test.patch(...Object.entries(values).map(([key, value]) => set(key, value)));
  for (const format of ["static_layer", "rtds", "json"]) {
    const text = await (await test.ask(`/api/v1/runtime/export?format=${format}`)).text();
    await using other = started();
    const dry = await other.send("POST", "/import", { text, dry_run: true });
    assert.deepEqual(dry.body.items.map(({ state }: { state: string }) => state), Array(5).fill("add"), format);
    assert.equal(other.hand.published.length, 0);
    await other.send("POST", "/import", { text, dry_run: false });
    const forms = (hand: HandRuntime) =>
      Array.from(hand.runtime.stack.effective, ([key, { reading: { text: _, ...forms } }]) => [key, forms]).sort();
    assert.deepEqual(forms(other.hand), forms(test.hand), format);
  }
  const printed = await (await test.ask("/runtime")).text();
  const same = await test.send("POST", "/import", { text: printed });
  assert.deepEqual(same.body.items.map(({ state }: { state: string }) => state), Array(5).fill("same"));
  for (const format of ["curl", "disk"]) {
    assert.match(await (await test.ask(`/api/v1/runtime/export?format=${format}`)).text(), /^#!\/bin\/sh -e\n/);
  }
  assert.equal((await test.ask("/api/v1/runtime/export?format=xml")).status, 400);
  assert.equal((await test.send("POST", "/import", { text: "[1]" })).status, 422);
  const mixed = await test.send("POST", "/import", { text: "{plain: 6, upstream.use_retry: abc}", dry_run: false });
  assert.equal(mixed.status, 422);
  assert.equal(test.hand.effective("plain"), "5");
});

Deno.test("the topic runtime has a change and what it touched at once, whoever made it", async () => {
  await using test = started();
  const response = await test.ask("/api/v1/events?topics=runtime");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) text += (await reader.read()).value ?? "";
  };
  await until(/"op":"snapshot"/);
  await test.ask("/runtime_modify?a=1", { method: "POST" });
  await until(/"op":"upsert","key":"a"/);
  assert.match(text, /"op":"change","data":\{"change_id":"c1",[^\n]*"actor":"admin-api 127\.0\.0\.1"/);
  assert.ok(text.indexOf('"op":"change"') < text.indexOf('"op":"upsert"'));
  test.hand.runtime.onAcks([1]);
  await until(/"op":"propagation","data":\{"generation":1,"workers":1,"acked":1/);
  await test.ask("/runtime_modify?a=", { method: "POST" });
  await until(/"op":"remove","key":"a"/);
  test.hand.runtime.refuseRtds("admin", "no");
  await until(/"op":"layers"/);
  await reader.cancel();
});

Deno.test("a change of very many keys is followed by everything, not by a frame for each", async () => {
  await using test = started();
  const response = await test.ask("/api/v1/events?topics=runtime");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  await test.patch(...Array.from({ length: 201 }, (_, i) => set(`key.${i}`, "1")));
  while (text.split('"op":"snapshot"').length < 3) text += (await reader.read()).value ?? "";
  assert.doesNotMatch(text, /"op":"upsert"/);
  assert.equal((await test.get()).entries.length, 201);
  await reader.cancel();
});

Deno.test("GET /api/v1/runtime/catalog names keys with the clusters that are there", async () => {
  await using test = started();
  const { items } = await test.get("/catalog");
  const patterns = items.map(({ pattern }: { pattern: string }) => pattern);
  assert.equal(new Set(patterns).size, patterns.length);
  const guard = items.find(({ group }: { group: string }) => group === "Feature guards");
  assert.deepEqual([guard.type, guard.keys, guard.used_by], ["bool", [], []]);
});

Deno.test("the overview counts overrides, and a value of the wrong type is a problem", async () => {
  await using test = started();
  await test.ask("/runtime_modify?upstream.use_retry=abc", { method: "POST" });
  await test.patch(set("b", "1", { expires_in_s: 60 }));
  const overview = await (await test.ask("/api/v1/overview")).json();
  assert.deepEqual([overview.runtime.revision, overview.runtime.overrides], [3, 2]);
  assert.ok(overview.runtime.next_expiry_ms > 0);
});
