import { deepEqual, equal } from "node:assert/strict";
import type { TimelineItem, WaitItem, WarmingItem, WarmingView } from "../../src/admin/contract/warming.ts";
import { heldBy, lanesOf, needsHint, timeLeft, WarmingModel } from "./warming.ts";

const WAIT: WaitItem = {
  kind: "eds",
  name: "svc",
  source: "file /eds",
  since_ms: 1000,
  deadline_ms: 16_000,
  attempts: null,
  last_error: "",
  next_try_ms: null,
  hint_id: "eds",
};

function item(name: string, changes: Partial<WarmingItem> = {}): WarmingItem {
  return {
    subject: "cluster",
    name,
    version: "2",
    active_version: null,
    since_ms: 1000,
    phase: "discovery",
    phases: [{ id: "discovery", since_ms: 1000 }],
    waiting_for: [WAIT],
    blocks: [],
    superseded: 0,
    ...changes,
  };
}

const VIEW: WarmingView = {
  as_of_ms: 1000,
  server: { state: "LIVE", steps: [] },
  items: [item("web")],
  total: 1,
  refused: [],
  swaps: [],
  timeline: [],
};

function change(at_ms: number, from: string, to: string, changes: Partial<TimelineItem> = {}): TimelineItem {
  return { id: at_ms, subject: "cluster", name: "web", from, to, at_ms, reason: "", version: "", ...changes };
}

Deno.test("WarmingModel follows the frames, and takes each swap once", () => {
  const model = new WarmingModel();
  const swap = { id: 5, subject: "cluster", name: "web", from: "1", to: "2", at_ms: 9, warmed_ms: 8 } as const;
  model.apply({ op: "upsert", key: "cluster/early", data: item("early") });
  model.apply({ op: "snapshot", data: VIEW });
  model.apply({ op: "upsert", key: "cluster/old", data: item("old", { since_ms: 5 }) });
  model.publish();
  deepEqual(model.view.value?.items.map(({ name }) => name), ["old", "web"]);
  for (let times = 0; times < 2; times++) model.apply({ op: "remove", key: "cluster/web", swap: { ...swap } });
  model.apply({ op: "totals", total: 1, refused: [] });
  model.apply({ op: "timeline", data: [change(9, "warming", "active")] });
  model.apply({ op: "later" } as never);
  model.publish();
  const { items, swaps, timeline } = model.view.value!;
  deepEqual([items.length, swaps.length, timeline.length], [1, 1, 1]);
  model.clear();
  model.publish();
  equal(model.view.value, null);
});

Deno.test("timeLeft() is that of the last wait to end, and none where one never does", () => {
  equal(timeLeft(item("web"), 6000), 10_000);
  equal(timeLeft(item("web", { waiting_for: [WAIT, { ...WAIT, deadline_ms: 20_000 }] }), 6000), 14_000);
  equal(timeLeft(item("web", { waiting_for: [WAIT, { ...WAIT, deadline_ms: null }] }), 6000), null);
  equal(timeLeft(item("web"), 17_000), 0);
});

Deno.test("needsHint() is true of what is old, has failed, or never ends", () => {
  equal(needsHint(WAIT, 16_000), false);
  equal(needsHint(WAIT, 16_001), true);
  equal(needsHint({ ...WAIT, last_error: "no route" }, 1000), true);
  equal(needsHint({ ...WAIT, deadline_ms: null }, 1000), true);
  equal(needsHint({ ...WAIT, kind: "dns", deadline_ms: null }, 1000), false);
});

Deno.test("heldBy() reads blocks the other way", () => {
  const server = item("", { subject: "server" });
  const web = item("web", { blocks: [{ subject: "server", name: "", text: "" }] });
  deepEqual(heldBy(server, [server, web, item("api")]), [web]);
});

Deno.test("lanesOf() makes bars of phases, open ones first, and cuts them at the window", () => {
  const nowMs = 2_000_000, edgeMs = nowMs - 900_000;
  const timeline = [
    change(nowMs - 800_000, "warming", "active"),
    change(nowMs - 500_000, "active", "active+warming"),
    change(nowMs - 499_000, "discovery", "health_checking"),
    change(nowMs - 490_000, "active+warming", "active"),
    change(nowMs - 100_000, "active", "", { name: "gone" }),
    change(nowMs - 1_000_000, "", "warming", { name: "before" }),
  ];
  const lanes = lanesOf({ items: [item("api", { since_ms: nowMs - 3000 })], timeline }, nowMs);
  deepEqual(lanes, [
    {
      subject: "cluster",
      name: "api",
      bars: [{ phase: "discovery", startMs: nowMs - 3000, endMs: null }],
      marks: [],
      changes: 0,
    },
    { subject: "cluster", name: "gone", bars: [], marks: [nowMs - 100_000], changes: 1 },
    {
      subject: "cluster",
      name: "web",
      bars: [
        { phase: "discovery", startMs: edgeMs, endMs: nowMs - 800_000 },
        { phase: "discovery", startMs: nowMs - 500_000, endMs: nowMs - 499_000 },
        { phase: "health_checking", startMs: nowMs - 499_000, endMs: nowMs - 490_000 },
      ],
      marks: [],
      changes: 4,
    },
  ]);
});
