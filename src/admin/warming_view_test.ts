import assert from "node:assert/strict";
import type { Unready, Wait } from "../control/timeline.ts";
import { NO_FACTS, type WarmingFacts } from "../control/warming_facts.ts";
import type { WarmingFrame } from "./contract/warming.ts";
import { WarmingFeed } from "./warming_feed.ts";
import { warmingProblems } from "./warming_rules.ts";
import { warmingView } from "./warming_view.ts";

const EDS: Wait = {
  kind: "eds",
  subject: "api-svc",
  source: "file /eds",
  sinceMs: 1000,
  untilMs: 16_000,
  lastError: "",
};

const API: Unready = {
  kind: "cluster",
  name: "api",
  phase: "discovery",
  version: "43",
  activeVersion: "42",
  sinceMs: 1000,
  phases: [{ id: "discovery", sinceMs: 1000, tookMs: null }],
  waits: [EDS],
  blocks: [],
  superseded: 0,
};

function viewOf(changes: Partial<WarmingFacts>, state: "LIVE" | "PRE_INITIALIZING" = "LIVE", nowMs = 2000) {
  return warmingView({ ...NO_FACTS, ...changes }, { state, startedMs: 500 }, nowMs);
}

Deno.test("warmingView() has the contract's words, with what waits behind", () => {
  const { items, total } = viewOf({
    unready: [API],
    dependentsOf: ({ name }) => name === "api" ? [{ kind: "listener", name: "web", text: "names it" }] : [],
  });
  assert.equal(total, 1);
  assert.deepEqual(items, [{
    subject: "cluster",
    name: "api",
    version: "43",
    active_version: "42",
    since_ms: 1000,
    phase: "discovery",
    phases: [{ id: "discovery", since_ms: 1000 }],
    waiting_for: [{
      kind: "eds",
      name: "api-svc",
      source: "file /eds",
      since_ms: 1000,
      deadline_ms: 16_000,
      attempts: null,
      last_error: "",
      next_try_ms: null,
      hint_id: "eds",
    }],
    blocks: [{ subject: "listener", name: "web", text: "names it" }],
    superseded: 0,
  }]);
});

Deno.test("warmingView() lists first checks host by host, and those that failed with their phase", () => {
  const host: Wait = { ...EDS, kind: "health_check", subject: "10.0.0.1:80", attempts: 1 };
  const { items: [item] } = viewOf({
    unready: [{
      ...API,
      phases: [{ id: "health_checking", sinceMs: 1500, tookMs: null, progress: { done: 1, total: 2 } }],
      waits: [{ ...host, subject: "1/2" }],
      checks: { waits: [host], failed: [{ host: "10.0.0.2:80", text: "HTTP 500" }] },
    }],
  });
  assert.deepEqual(item!.waiting_for.map(({ name, attempts }) => [name, attempts]), [["10.0.0.1:80", 1]]);
  const { done, total, failed } = item!.phases[0]!;
  assert.deepEqual([done, total, failed], [1, 2, [{ host: "10.0.0.2:80", text: "HTTP 500" }]]);
});

Deno.test("warmingView() has the server itself until it serves, and the layers that it waits for", () => {
  assert.deepEqual(viewOf({}).items, []);
  const server: Unready = { ...API, kind: "server", name: "", waits: [{ ...EDS, kind: "rtds", subject: "base" }] };
  const keys = viewOf({ unready: [server] }, "PRE_INITIALIZING").items.map(({ subject, name }) => `${subject}/${name}`);
  assert.deepEqual(keys, ["server/", "runtime_layer/base"]);
  assert.deepEqual(viewOf({}, "PRE_INITIALIZING").items.map(({ since_ms }) => since_ms), [500]);
});

Deno.test("warmingView() is bounded, and forgets what is older than 15 minutes", () => {
  const unready = Array.from({ length: 300 }, (_, at) => ({ ...API, name: `c${at}`, sinceMs: 1000 - at }));
  const { items, total } = viewOf({ unready });
  assert.deepEqual([items.length, total, items[0]!.name], [200, 300, "c299"]);
  const transition = { id: 1, kind: "cluster", name: "api", from: "", to: "warming", reason: "", version: "" } as const;
  const transitions = [{ ...transition, atMs: 0 }, { ...transition, id: 2, atMs: 100_000 }];
  assert.deepEqual(viewOf({ transitions }, "LIVE", 950_000).timeline.map(({ id }) => id), [2]);
});

Deno.test("WarmingFeed tells what is new, swaps at once with what they end, and nothing twice", () => {
  const frames: WarmingFrame[] = [];
  let facts: Partial<WarmingFacts> = { unready: [API] };
  const feed = new WarmingFeed(() => viewOf(facts), () => true, (frame) => void frames.push(frame));
  const told = () => frames.splice(0).map((frame) => "key" in frame ? `${frame.op} ${frame.key}` : frame.op);
  feed.move();
  assert.deepEqual(told(), ["upsert cluster/api", "server", "totals"]);
  feed.tick();
  assert.deepEqual(told(), []);
  const swap = { id: 7, kind: "cluster", name: "api", from: "42", to: "43", atMs: 1900, warmedMs: 900 } as const;
  facts = { swaps: [swap] };
  feed.onSwap();
  assert.deepEqual(frames[0], {
    op: "remove",
    key: "cluster/api",
    swap: { id: 7, subject: "cluster", name: "api", from: "42", to: "43", at_ms: 1900, warmed_ms: 900 },
  });
  assert.deepEqual(told(), ["remove cluster/api", "totals"]);
  // The next object of the name warms already.
  facts = { swaps: [swap, { ...swap, id: 9 }], unready: [{ ...API, version: "44" }] };
  feed.tick();
  assert.deepEqual(told(), ["remove cluster/api", "upsert cluster/api", "totals"]);
  feed.close();
});

Deno.test("warmingProblems() warns after 15 s, alarms after 60 s, and after 30 s where nothing ends the wait", () => {
  const level = (changes: Partial<Unready>, ageMs: number) => {
    const { items, total } = viewOf({ unready: [{ ...API, ...changes }] });
    return warmingProblems(items, total, 1000 + ageMs).map(({ id, level }) => `${level} ${id}`);
  };
  const endless = { waits: [{ ...EDS, untilMs: null }] };
  assert.deepEqual(level({}, 15_000), []);
  assert.deepEqual(level({}, 15_001), ["warn warming/cluster/api"]);
  assert.deepEqual(level({}, 60_001), ["bad warming/cluster/api"]);
  assert.deepEqual(level(endless, 30_000), ["warn warming/cluster/api"]);
  assert.deepEqual(level(endless, 30_001), ["bad warming/cluster/api"]);
  assert.deepEqual(level({ superseded: 3 }, 0), ["warn superseded/cluster/api"]);
  assert.deepEqual(level({ kind: "route_config" }, 61_000), []);
});

Deno.test("warmingProblems() names the first of a great many and counts the rest", () => {
  const unready = Array.from({ length: 30 }, (_, at) => ({ ...API, name: `c/${at}` }));
  const { items, total } = viewOf({ unready });
  const problems = warmingProblems(items, total, 20_000);
  assert.deepEqual([problems.length, problems.at(-1)!.text], [21, "10 more are not ready"]);
  assert.deepEqual(problems[0], {
    id: "warming/cluster/c/0",
    level: "warn",
    text: "Cluster c/0 waits for endpoints of api-svc",
    link: "/warming/cluster/c%2F0",
  });
});
