import assert from "node:assert/strict";
import { WHOLE_AUDIT } from "../audit_log.ts";
import type { ActionsView } from "../contract/actions.ts";
import { sampleAdmin, type SampleSource } from "../sample_source.ts";

function setConnections(source: SampleSource, count: number): void {
  source.stats.own.scope("listener.127.0.0.1_10000").gauge("downstream_cx_active").set(count);
  source.stats.own.flushDefinitions();
}

function actionAdmin() {
  const sample = sampleAdmin();
  const act = (kind: string, body: unknown = {}) =>
    sample.ask(`/api/v1/actions/${kind}`, { method: "POST", body: JSON.stringify(body) });
  const view = async (): Promise<ActionsView> => await (await sample.ask("/api/v1/actions")).json();
  return { ...sample, act, view };
}

Deno.test("actions that are done at once say so, and who asked for them", async () => {
  const { act, view, source, audit } = actionAdmin();
  for (const kind of ["healthcheck_fail", "reopen_logs", "reset_counters"]) {
    const answer = await act(kind, { reason: "INC-1" });
    assert.equal(answer.status, 202, kind);
    assert.match((await answer.json()).action_id, /^a\d$/);
  }
  assert.deepEqual([source.isHealthFailed, source.reopenings], [true, 1]);
  const { items, health_check_failed } = await view();
  assert.deepEqual(items.map(({ kind, state }) => `${kind} ${state}`), [
    "reset_counters done",
    "reopen_logs done",
    "healthcheck_fail done",
  ]);
  assert.equal(health_check_failed, true);
  const first = [...audit.find(WHOLE_AUDIT)].at(-1)!;
  assert.deepEqual([first.actor, first.action, first.reason, first.before, first.after, first.result], [
    "admin-api 127.0.0.1",
    "action.healthcheck_fail",
    "INC-1",
    "health checks as found",
    "health checks fail",
    "ok",
  ]);
});

Deno.test("Envoy's own paths are actions too, recorded once", async () => {
  const { ask, view, audit, source } = actionAdmin();
  for (
    const path of ["/healthcheck/fail", "/healthcheck/ok", "/drain_listeners?graceful&inboundonly", "/quitquitquit"]
  ) {
    assert.equal(await (await ask(path, { method: "POST" })).text(), "OK\n");
  }
  assert.deepEqual((await view()).items.map(({ kind }) => kind), ["drain", "healthcheck_ok", "healthcheck_fail"]);
  assert.deepEqual(source.drainRequests, [{ direction: "inbound", isGraceful: true, keepsSockets: false }]);
  assert.equal(source.quits, 1);
  assert.deepEqual([...audit.find(WHOLE_AUDIT)].map(({ action }) => action), [
    "action.shutdown",
    "action.drain",
    "action.healthcheck_ok",
    "action.healthcheck_fail",
  ]);
});

const UNCONFIRMED: readonly [kind: string, body: Record<string, unknown>, status: number][] = [
  ["shutdown", {}, 400],
  ["shutdown", { confirm: "node-2" }, 400],
  ["shutdown", { confirm: "node-1", wait_s: 0 }, 202],
  ["drain", {}, 400],
  ["drain", { graceful: true }, 400],
  ["drain", { graceful: true, skip_exit: true }, 202],
  ["drain", { confirm: "node-1" }, 202],
  ["reset_counters", {}, 202],
  ["drain", { confirm: "node-1", direction: "outbound" }, 400],
  ["shutdown", { confirm: "node-1", wait_s: -1 }, 400],
  ["shutdown", { confirm: "node-1", surprise: 1 }, 400],
  ["explode", {}, 404],
];

for (const [kind, body, status] of UNCONFIRMED) {
  Deno.test(`${kind} with ${JSON.stringify(body)} gets ${status}`, async () => {
    const { act, audit } = actionAdmin();
    const answer = await act(kind, body);
    assert.equal(answer.status, status);
    await answer.body?.cancel();
    const [item] = audit.find(WHOLE_AUDIT);
    assert.equal(item!.result.startsWith("refused"), status !== 202);
  });
}

Deno.test("Drain & stop goes step by step, and ends the process last", async () => {
  const { act, view, source, clock, admin } = actionAdmin();
  setConnections(source, 2);
  await act("shutdown", { confirm: "node-1", notice_s: 5, wait_s: 30 });
  const step = async () => {
    const [item] = (await view()).items;
    return [item!.phases.map(({ state }) => state).join(" "), item!.can_abort, item!.listeners[0]!.active_cx];
  };
  assert.deepEqual(await step(), ["done active todo todo", true, 2]);
  assert.equal(source.isHealthFailed, true);
  clock.advance(5000);
  admin.tick();
  assert.deepEqual(await step(), ["done done active todo", true, 2]);
  assert.equal((await act("shutdown", { confirm: "node-1" })).status, 409);
  setConnections(source, 0);
  admin.tick();
  assert.deepEqual([await step(), source.quits], [["done done done active", false, 0], 1]);
});

Deno.test("Drain & stop waits no longer than it was told", async () => {
  const { act, source, clock, admin } = actionAdmin();
  setConnections(source, 1);
  await act("shutdown", { confirm: "node-1", notice_s: 0, wait_s: 30 });
  clock.advance(29_999);
  admin.tick();
  assert.equal(source.quits, 0);
  clock.advance(1);
  admin.tick();
  assert.equal(source.quits, 1);
});

Deno.test("Drain & stop that is broken off leaves health checks as they were before it", async () => {
  for (const wasFailed of [false, true]) {
    const { ask, act, view, source, clock, admin, audit } = actionAdmin();
    source.isHealthFailed = wasFailed;
    const { action_id: id } = await (await act("shutdown", { confirm: "node-1" })).json();
    const aborted = await ask(`/api/v1/actions/${id}`, { method: "DELETE", body: '{"reason":"wrong node"}' });
    assert.deepEqual([aborted.status, (await aborted.json()).state], [200, "aborted"]);
    assert.equal(source.isHealthFailed, wasFailed);
    clock.advance(60_000);
    admin.tick();
    assert.equal(source.quits, 0);
    assert.equal((await view()).items[0]!.state, "aborted");
    assert.equal((await ask(`/api/v1/actions/${id}`, { method: "DELETE" })).status, 409);
    assert.equal((await ask("/api/v1/actions/a99", { method: "DELETE" })).status, 404);
    assert.equal([...audit.find({ ...WHOLE_AUDIT, action: "action.abort" })].at(-1)!.reason, "wrong node");
  }
});

Deno.test("a drain tells when sockets close, and is over when the last connection has ended", async () => {
  const { act, view, source, clock, admin } = actionAdmin();
  setConnections(source, 3);
  await act("drain", { graceful: true, confirm: "node-1" });
  const [begun] = (await view()).items;
  assert.deepEqual(begun!.phases.map(({ state }) => state), ["active", "todo", "todo"]);
  assert.equal(begun!.phases[0]!.until_ms! - begun!.started_ms, 600_000);
  assert.equal(begun!.can_abort, true);
  source.drain = { ...source.drain, closesInMs: null, stopped: "all" };
  clock.advance(600_000);
  admin.tick();
  const [closed] = (await view()).items;
  assert.deepEqual(closed!.phases.map(({ state }) => state), ["done", "done", "active"]);
  assert.deepEqual([closed!.can_abort, closed!.listeners], [false, [{ name: "ingress", active_cx: 3 }]]);
  setConnections(source, 0);
  admin.tick();
  assert.equal((await view()).items[0]!.state, "done");
});

Deno.test("a drain that keeps its sockets is undone on demand", async () => {
  const { ask, act, view, source } = actionAdmin();
  const { action_id: id } = await (await act("drain", { graceful: true, skip_exit: true })).json();
  assert.equal((await view()).draining, "all");
  await act("drain", { graceful: true, skip_exit: true });
  assert.match((await view()).items[0]!.result, /drain already/);
  assert.equal((await ask(`/api/v1/actions/${id}`, { method: "DELETE" })).status, 200);
  assert.deepEqual([(await view()).draining, source.drain.stopped], [null, null]);
});

Deno.test("/api/v1/support-bundle is a tar of what its list names, without the inline configuration", async () => {
  const { ask, source } = actionAdmin();
  Object.assign(source.commandLineOptions, { config_yaml: 'a: "secret"' });
  const { items } = await (await ask("/api/v1/support-bundle/files")).json();
  const names = items.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("config_dump.json") && names.includes("audit.jsonl"));
  const answer = await ask("/api/v1/support-bundle");
  assert.match(answer.headers.get("content-disposition")!, /^attachment; filename="denvoy-support-\d{8}T\d{6}Z\.tar"$/);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  assert.equal(bytes.length % 512, 0);
  const files = filesOf(bytes);
  assert.deepEqual([...files.keys()].map((path) => path.split("/")[1]), names);
  const texts = [...files.values()];
  assert.ok(JSON.parse(texts[names.indexOf("server_info.json")]!).command_line_options);
  assert.ok(texts.every((text) => !text.includes("secret")));
});

/** A tar's files, each header held against its checksum. */
function filesOf(tar: Uint8Array): Map<string, string> {
  const files = new Map<string, string>(), decoder = new TextDecoder();
  for (let at = 0; tar[at] !== 0;) {
    const header = tar.slice(at, at + 512), text = (from: number, to: number) => decoder.decode(header.slice(from, to));
    const size = Number.parseInt(text(124, 135), 8), sum = Number.parseInt(text(148, 154), 8);
    header.fill(32, 148, 156);
    assert.equal(header.reduce((total, byte) => total + byte, 0), sum);
    files.set(text(0, 100).replace(/\0.*$/s, ""), decoder.decode(tar.slice(at + 512, at + 512 + size)));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
