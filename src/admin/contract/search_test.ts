import assert from "node:assert/strict";
import { fitOf } from "./search.ts";

const cases: [name: string, query: string, fit: number | null][] = [
  ["web", "web", 0],
  ["web-canary", "web", 1],
  ["cluster.web.upstream_rq", "web", 2],
  ["cobweb", "web", 3],
  ["upstream_rq_total", "urt", 4],
  ["upstream_rq_total", "zrt", null],
  ["10.0.0.7:8080", "0.7:8", 2],
  ["web", "x", null],
  ["api", "p", 3],
];

for (const [name, query, fit] of cases) {
  Deno.test(`fitOf(${name}, ${query}) is ${fit}`, () => assert.equal(fitOf(name, query), fit));
}
