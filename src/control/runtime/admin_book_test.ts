import assert from "node:assert/strict";
import { HandRuntime, staticLayer } from "../../../test/support/live_runtime.ts";
import type { ChangeOutcome } from "./admin_book.ts";
import type { RuntimeChange } from "./change_history.ts";

function made(outcome: ChangeOutcome): RuntimeChange {
  assert.equal(outcome.kind, "applied");
  return (outcome as Extract<ChangeOutcome, { kind: "applied" }>).change;
}

function why(outcome: ChangeOutcome): string {
  return outcome.kind === "refused" ? outcome.why : outcome.kind;
}

const states = ({ runtime }: HandRuntime) =>
  runtime.book.history.changes.map(({ id, state, byId, source }) =>
    `${id} ${source} ${state}${byId === null ? "" : ` by ${byId}`}`
  );

Deno.test("change() applies a set whole in one snapshot, and says what became of each key", async () => {
  const layers = [
    staticLayer("base", { a: 1 }),
    { name: "admin", kind: "admin" },
    staticLayer("top", { c: 3 }),
  ] as const;
  await using hand = new HandRuntime({ layers });
  const change = made(await hand.change({ a: "5", b: "yes", c: "7" }));
  assert.deepEqual(
    change.keys.map(({ key, before, after, effectiveBefore, effectiveAfter, shadowedBy }) => [
      ...[key, before, after, effectiveBefore, effectiveAfter, shadowedBy],
    ]),
    [
      ["a", null, "5", "1", "5", null],
      ["b", null, "yes", null, "yes", null],
      ["c", null, "7", "3", "3", "top"],
    ],
  );
  assert.equal(hand.published.length, 1);
  assert.equal(hand.runtime.values.flag("b", false), true);
  assert.deepEqual([change.id, change.revision, change.generation, change.actor, change.reason], [
    "c1",
    2,
    1,
    "ana",
    "why",
  ]);
});

Deno.test("change() refuses all of a set when one of its bases is not what is there, and says who was first", async () => {
  await using hand = new HandRuntime();
  await hand.change({ a: "5" }, { actor: "bo" });
  const outcome = await hand.change({ a: "6", b: "1" }, { base: null });
  assert.equal(outcome.kind, "conflicts");
  const [conflict, ...others] = outcome.kind === "conflicts" ? outcome.conflicts : [];
  assert.deepEqual([conflict!.key, conflict!.base, conflict!.current?.setBy, others.length], ["a", null, "bo", 0]);
  assert.equal(hand.effective("b"), null);
  assert.equal((await hand.change({ a: "6" }, { base: "5" })).kind, "applied");
});

Deno.test("change() foretells without doing anything when it is asked to", async () => {
  await using hand = new HandRuntime();
  const change = made(await hand.change({ a: "5" }, { isDryRun: true }));
  assert.equal(change.keys[0]!.effectiveAfter, "5");
  assert.deepEqual([hand.effective("a"), hand.published.length, states(hand)], [null, 0, []]);
});

Deno.test("a value with an expiry gives way to the one before it, which stays", async () => {
  await using hand = new HandRuntime();
  await hand.change({ a: "1" });
  await hand.change({ a: "2", b: "2" }, { expiresInMs: 5000 });
  assert.equal(hand.runtime.book.nextExpiryMs, hand.loop.clock.wallMs() + 5000);
  await hand.pass(4900);
  assert.equal(hand.effective("a"), "2");
  await hand.pass(200);
  assert.deepEqual([hand.effective("a"), hand.effective("b")], ["1", null]);
  assert.deepEqual(states(hand), ["c3 expiry applied", "c2 admin expired by c3", "c1 admin superseded by c2"]);
  assert.equal(hand.runtime.book.nextExpiryMs, null);
});

Deno.test("an expiry is cancelled by a later edit, and prolonging brings back what lasted before", async () => {
  await using hand = new HandRuntime();
  await hand.change({ a: "1" });
  await hand.change({ a: "2" }, { expiresInMs: 1000 });
  await hand.change({ a: "2" }, { expiresInMs: 5000 });
  await hand.pass(2000);
  assert.equal(hand.effective("a"), "2");
  await hand.pass(3100);
  assert.equal(hand.effective("a"), "1");
  await hand.change({ a: "3" }, { expiresInMs: 1000 });
  await hand.change({ a: "4" });
  await hand.pass(5000);
  assert.equal(hand.effective("a"), "4");
});

Deno.test("a set that is not kept in time goes back, as far as nobody else wrote its keys", async () => {
  await using hand = new HandRuntime();
  await hand.change({ a: "1" });
  const change = made(await hand.change({ a: "2", b: "2" }, { confirmWithinMs: 60_000 }));
  assert.equal(change.state, "pending_confirm");
  await hand.change({ b: "9" });
  await hand.pass(61_000);
  assert.deepEqual([hand.effective("a"), hand.effective("b")], ["1", "9"]);
  assert.equal(hand.runtime.book.history.find(change.id)!.state, "reverted");
  assert.equal(why(await hand.runtime.book.confirm(change.id)), "not_pending");
});

Deno.test("confirm() keeps a set", async () => {
  await using hand = new HandRuntime();
  const change = made(await hand.change({ a: "2" }, { confirmWithinMs: 60_000 }));
  assert.equal(made(await hand.runtime.book.confirm(change.id)).state, "kept");
  await hand.pass(120_000);
  assert.equal(hand.effective("a"), "2");
  assert.equal(why(await hand.runtime.book.confirm("c99")), "unknown_change");
});

Deno.test("undo() puts back what was there, may be undone, and not twice", async () => {
  await using hand = new HandRuntime();
  const { book } = hand.runtime;
  await hand.change({ a: "1" });
  const second = made(await hand.change({ a: null, b: "2" }));
  const undo = made(await book.undo(second.id, "bo"));
  assert.deepEqual([hand.effective("a"), hand.effective("b"), undo.source, undo.actor], ["1", null, "undo", "bo"]);
  assert.equal(why(await book.undo(second.id, "bo")), "superseded");
  made(await book.undo(undo.id, "bo"));
  assert.deepEqual([hand.effective("a"), hand.effective("b")], [null, "2"]);
});

Deno.test("undo() of a change that was written over does nothing, and says by which", async () => {
  await using hand = new HandRuntime();
  const first = made(await hand.change({ a: "1" }));
  await hand.change({ a: "2" });
  const outcome = await hand.runtime.book.undo(first.id, "bo");
  assert.match(outcome.kind === "refused" ? outcome.text : "", /superseded by c2/);
  assert.equal(hand.effective("a"), "2");
});

Deno.test("the kill switch parks all values and refuses edits until they count again or are discarded", async () => {
  await using hand = new HandRuntime();
  const { book } = hand.runtime;
  await hand.change({ a: "1", b: "2" });
  await hand.change({ t: "1" }, { expiresInMs: 1000 });
  const parked = made(await book.setParked("disable", "ana", "incident"));
  assert.deepEqual(parked.keys.map(({ key, before, after }) => [key, before, after]), [
    ["a", "1", null],
    ["b", "2", null],
    ["t", "1", null],
  ]);
  assert.deepEqual([hand.effective("a"), book.values.size, hand.stat("admin_overrides_active")], [null, 3, 0]);
  assert.equal(why(await hand.change({ a: "3" })), "parked");
  assert.equal(why(await book.setParked("disable", "ana", "")), "parked");
  await hand.pass(2000);
  made(await book.setParked("enable", "ana", ""));
  assert.deepEqual([hand.effective("a"), hand.effective("t"), hand.stat("admin_overrides_active")], ["1", null, 1]);
  await book.setParked("disable", "ana", "");
  made(await book.setParked("discard", "ana", ""));
  assert.deepEqual([book.isParked, book.values.size], [false, 0]);
});

Deno.test("no edit without an admin layer, and none past ten thousand keys", async () => {
  await using bare = new HandRuntime({ layers: [staticLayer("base", {})] });
  assert.equal(why(await bare.change({ a: "1" })), "no_admin_layer");
  await using hand = new HandRuntime();
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key.${i}`, "1"]));
  assert.equal((await hand.change(many)).kind, "applied");
  assert.equal(why(await hand.change({ more: "1" })), "too_many_keys");
  assert.equal((await hand.change({ "key.0": "2" })).kind, "applied");
});

Deno.test("the history remembers a thousand changes", async () => {
  await using hand = new HandRuntime();
  for (let i = 0; i < 1005; i++) await hand.change({ a: String(i) });
  const { changes } = hand.runtime.book.history;
  assert.deepEqual([changes.length, changes[0]!.id, changes.at(-1)!.id], [1000, "c1005", "c6"]);
});

Deno.test("edits are kept in a file: values with expiry and reason, parked ones too; a set that was not kept is not", async () => {
  const directory = Deno.makeTempDirSync(), persistPath = `${directory}/overrides.json`;
  try {
    {
      await using hand = new HandRuntime({ persistPath });
      await hand.change({ a: "1", "quoted key": '{numerator: 7, denominator: "TEN_THOUSAND"}' });
      await hand.change({ a: "2" }, { expiresInMs: 60_000 });
      await hand.change({ short: "1" }, { expiresInMs: 1000 });
      await hand.change({ a: "3", b: "3" }, { confirmWithinMs: 60_000 });
    }
    {
      await using hand = new HandRuntime({ persistPath });
      const { book } = hand.runtime;
      assert.deepEqual([hand.effective("a"), hand.effective("b"), hand.effective("short")], ["2", null, "1"]);
      assert.equal(book.values.get("a")!.previous?.reading.text, "1");
      assert.equal(book.values.get("quoted key")!.reading.fraction?.denominator, 10_000);
      assert.match(hand.logged.join("\n"), /c4 was not kept/);
      await hand.pass(1100);
      assert.equal(hand.effective("short"), null);
      assert.equal(made(await hand.change({ c: "1" })).id, "c6");
      await book.setParked("disable", "ana", "");
    }
    {
      await using hand = new HandRuntime({ persistPath });
      assert.deepEqual([hand.runtime.book.isParked, hand.effective("c")], [true, null]);
    }
    assert.deepEqual(Array.from(Deno.readDirSync(directory), ({ name }) => name), ["overrides.json"]);
    Deno.writeTextFileSync(persistPath, '{"version":2}');
    assert.throws(() => new HandRuntime({ persistPath }), /Cannot read .*overrides.json: version/);
    Deno.removeSync(persistPath);
    Deno.mkdirSync(`${persistPath}.new`);
    await using hand = new HandRuntime({ persistPath });
    assert.equal(why(await hand.change({ a: "1" })), "not_saved");
    assert.equal(hand.effective("a"), null);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
