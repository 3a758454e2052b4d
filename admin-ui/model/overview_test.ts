import { deepEqual, equal } from "node:assert/strict";
import type { Problem } from "../../src/admin/contract/problem.ts";
import { OverviewModel, pageTitle, problemsByWeight } from "./overview.ts";
import { overviewOf } from "./overview_cases.ts";

const problem = (id: string, level: Problem["level"], since: number): Problem => ({
  id,
  level,
  since_ms: since,
  text: id,
  link: "/",
});

Deno.test("pageTitle() carries how many problems there are, and does not count information", () => {
  const problems = [problem("a", "bad", 1), problem("b", "warn", 2), problem("c", "info", 3)];
  equal(pageTitle(overviewOf({ health: { level: "bad", problems } }), false), "● 2 problems – node-1");
  equal(
    pageTitle(overviewOf({ health: { level: "bad", problems: problems.slice(0, 1) } }), false),
    "● 1 problem – node-1",
  );
  equal(pageTitle(overviewOf({ health: { level: "info", problems: problems.slice(2) } }), false), "Healthy – node-1");
});

Deno.test("pageTitle() says that the figures are old, and names the host where there is no node id", () => {
  const server = { ...overviewOf().server, node: { id: "", cluster: "", zone: "" } };
  equal(pageTitle(overviewOf({ server }), true), "○ stale – host");
  equal(pageTitle(null, false), "denvoy console");
});

Deno.test("problemsByWeight() puts the worst first and the oldest first among equals", () => {
  const problems = [
    problem("w", "warn", 1),
    problem("new", "bad", 9),
    problem("i", "info", 0),
    problem("old", "bad", 2),
  ];
  deepEqual(problemsByWeight(problems).map((one) => one.id), ["old", "new", "w", "i"]);
});

Deno.test("apply() loads the history of a snapshot and adds each tick", () => {
  const model = new OverviewModel();
  const traffic = { ...overviewOf().traffic, rps: 7 };
  model.apply({
    op: "snapshot",
    data: overviewOf({ as_of_ms: 2000, traffic }),
    history: { step_s: 1, start_ms: 1000, series: { rps: [3, 7] } },
  });
  model.apply({ op: "tick", data: overviewOf({ as_of_ms: 3000, traffic: { ...traffic, rps: 8 } }) });
  equal(model.latest.peek(), null);
  model.publish();
  equal(model.latest.value?.traffic.rps, 8);
  deepEqual(model.history.value.rps.slice(-4), [null, 3, 7, 8]);
});
