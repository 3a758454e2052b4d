import { deepEqual, equal } from "node:assert/strict";
import type { RuntimeApplied } from "../../../src/admin/contract/runtime.ts";
import { ApiError } from "../../api.ts";
import { ChangeDesk } from "./change_desk.ts";

const APPLIED: RuntimeApplied = { change_id: "c7", revision: 2, generation: 3, applied: [] };
const PATCH = { reason: "", ops: [{ op: "set" as const, key: "a", value: "1" }] };

/** A server that says what it is told to, and keeps what it was asked. */
function deskOf(answer: () => unknown) {
  const asked: string[] = [];
  const desk = new ChangeDesk({
    send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
      asked.push(`${method} ${path} ${JSON.stringify(body)}`);
      return Promise.resolve().then(answer) as Promise<Answer>;
    },
  }, () => 1000);
  return { desk, asked };
}

Deno.test("apply() keeps what came of a change, and not of a trial", async () => {
  const { desk } = deskOf(() => APPLIED);
  equal(await desk.apply({ ...PATCH, dry_run: true }), APPLIED);
  equal(desk.outcome.value, null);
  await desk.apply(PATCH);
  deepEqual(desk.outcome.value, { applied: APPLIED, verb: "applied", atMs: 1000 });
  desk.closeOutcome();
  equal(desk.outcome.value, null);
});

Deno.test("apply() tells conflicts from refusals", async () => {
  const conflicts = [{ key: "a", base: null, current: "2", set_by: "ben", set_ms: 1, reason: "" }];
  const errors = [{ key: "a", message: "no", expected: "yes" }];
  const cases = [
    { status: 409, body: { conflicts }, state: { kind: "contested", conflicts } },
    { status: 409, body: {}, state: { kind: "refused", text: "no", errors: [] } },
    { status: 422, body: { errors }, state: { kind: "refused", text: "no", errors } },
  ];
  for (const { status, body, state } of cases) {
    const { desk } = deskOf(() => {
      throw new ApiError("no", status, body);
    });
    equal(await desk.apply(PATCH), null);
    deepEqual(desk.state.value, state);
    desk.settle();
    equal(desk.state.value.kind, "idle");
  }
});

Deno.test("the desk sends one thing at a time", async () => {
  const gate = Promise.withResolvers<RuntimeApplied>();
  const { desk, asked } = deskOf(() => gate.promise);
  const first = desk.apply(PATCH);
  equal(await desk.undo("c1"), false);
  gate.resolve(APPLIED);
  equal(await first, APPLIED);
  equal(asked.length, 1);
});

Deno.test("keep(), undo() and setOverrides() ask for what they are named after", async () => {
  const { desk, asked } = deskOf(() => APPLIED);
  equal(await desk.keep("c 1"), true);
  equal(desk.outcome.value?.verb, "kept");
  equal(await desk.undo("c2"), true);
  equal(desk.outcome.value?.verb, "undone");
  await desk.setOverrides("disable", "why");
  await desk.setOverrides("discard", "");
  deepEqual(asked, [
    "POST /runtime/changes/c%201/confirm {}",
    "POST /runtime/changes/c2/undo {}",
    'POST /runtime/overrides/disable {"reason":"why"}',
    'POST /runtime/overrides/enable {"reason":"","discard":true}',
  ]);
});
