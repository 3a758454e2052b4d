import assert from "node:assert/strict";
import { SafeRegex } from "../match/safe_regex.ts";
import { compileNameSearch, type NameSearch } from "./name_search.ts";

const NAMES = [
  "cluster.a.b.upstream_rq_200",
  "cluster.api.upstream_rq_200",
  "cluster.api.upstream_rq_time",
  "cluster.upstream.upstream_rq_200",
  "http.in.downstream_rq_2xx",
  "server.live",
];

function searchOf(q: string, prefix = ""): NameSearch {
  const search = compileNameSearch({ q, prefix });
  assert.ok(typeof search !== "string", String(search));
  return search;
}

const CASES: [q: string, prefix: string, found: number[], filter: string | null][] = [
  ["", "", [0, 1, 2, 3, 4, 5], ""],
  ["rq_2", "", [0, 1, 3, 4], "rq_2"],
  ["a.b", "", [0], "a\\.b"],
  ["RQ_2", "", [], "RQ_2"],
  ["cluster.*.upstream_rq_200", "", [0, 1, 3], "^cluster\\..*\\.upstream_rq_200$"],
  ["server.li?e", "", [5], "^server\\.li.e$"],
  ["api*", "", [], "^api.*$"],
  ["/rq_(2..|time)$/", "", [0, 1, 2, 3, 4], "rq_(2..|time)$"],
  ["/^http", "", [4], "^http"],
  ["/", "", [], "/"],
  ["", "cluster.api.", [1, 2], "^cluster\\.api\\."],
  ["time", "cluster.api.", [2], "^cluster\\.api\\..*time"],
  // What the prefix has in it is not what the search is for.
  ["cluster", "cluster.", [], "^cluster\\..*cluster"],
  ["*.upstream_rq_200", "cluster.", [0, 1, 3], "^cluster\\..*\\.upstream_rq_200$"],
  ["/time/", "cluster.", [2], null],
];

for (const [q, prefix, found, filter] of CASES) {
  Deno.test(`compileNameSearch() finds what "${q}" is after "${prefix}", as Envoy's filter ${filter} does`, () => {
    const search = searchOf(q, prefix);
    const expected = found.map((at) => NAMES[at]);
    assert.deepEqual(NAMES.filter((name) => search.finds(name)), expected);
    assert.equal(search.filter, filter);
    if (filter === null) return;
    const envoys = new SafeRegex(filter);
    assert.deepEqual(NAMES.filter((name) => envoys.search(name)), expected);
  });
}

Deno.test("compileNameSearch() says in RE2's words why a pattern is none", () => {
  assert.equal(compileNameSearch({ q: "/[/", prefix: "" }), "missing ]: [");
});
