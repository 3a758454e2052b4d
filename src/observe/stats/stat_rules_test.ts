import assert from "node:assert/strict";
import { DEFAULT_STATS, type StatsConfig } from "../../config/stats_config.ts";
import { prometheusReport } from "./prometheus.ts";
import { ALL_STATS } from "./selection.ts";
import { StatBook } from "./stat_book.ts";
import { StatRules } from "./stat_rules.ts";
import { extractTags } from "./tag_extraction.ts";
import { textReport } from "./text_report.ts";

function rules(changes: Partial<StatsConfig>, flags: readonly string[] = []): StatRules {
  return new StatRules({ ...DEFAULT_STATS, ...changes }, flags);
}

const prefix = (value: string) => ({ kind: "prefix", value, ignoreCase: false }) as const;

Deno.test("StatRules.shows() goes by the matcher of the configuration", () => {
  const cases: readonly (readonly [StatsConfig["shown"], readonly string[]])[] = [
    [{ base: "all", but: [] }, ["cluster.a.x", "http.b.y"]],
    [{ base: "none", but: [] }, []],
    [{ base: "all", but: [prefix("cluster.")] }, ["http.b.y"]],
    [{ base: "none", but: [prefix("cluster.")] }, ["cluster.a.x"]],
  ];
  for (const [shown, expected] of cases) {
    const book = new StatBook();
    book.rules = rules({ shown });
    for (const name of ["cluster.a", "http.b"]) book.own.scope(name).counter(name === "cluster.a" ? "x" : "y").inc();
    const names = [...textReport(book, ALL_STATS, "summary")].map((line) => line.split(":")[0]);
    assert.deepEqual(names, expected);
    assert.equal(book.valueOf("cluster.a.x"), 1, "who asks by name is answered");
  }
});

Deno.test("StatRules has the buckets of the first settings that match", () => {
  const book = new StatBook();
  book.rules = rules({
    buckets: [{ match: prefix("cluster."), bounds: [1, 100] }, { match: prefix("c"), bounds: [7] }],
  });
  book.own.scope("cluster.a").histogram("t", "milliseconds").record(50);
  book.flush();
  assert.equal(
    [...prometheusReport(book, ALL_STATS, { buckets: "cumulative", withTexts: false })].join(""),
    "# TYPE envoy_cluster_t histogram\n" +
      ['a",le="1"} 0', 'a",le="100"} 1', 'a",le="+Inf"} 1']
        .map((rest) => `envoy_cluster_t_bucket{envoy_cluster_name="${rest}\n`).join("") +
      'envoy_cluster_t_sum{envoy_cluster_name="a"} 50\nenvoy_cluster_t_count{envoy_cluster_name="a"} 1\n',
  );
  assert.equal([...textReport(book, ALL_STATS, "cumulative")].join(""), "cluster.a.t: B1(0,0) B100(1,1)\n");
});

Deno.test("extractTags() has the tags of the configuration between Envoy's, anchored ones last", () => {
  const configured = rules({
    tags: [
      { kind: "fixed", name: "zone", value: "eu-1" },
      { kind: "regex", name: "dc", regex: "\\.((dc\\d)\\.)" },
      { kind: "regex", name: "app", regex: "^cluster\\.((\\w+)-)" },
      { kind: "regex", name: "none", regex: "nothing(here)" },
    ],
  }, ["pod:p1"]);
  assert.deepEqual(extractTags("cluster.shop.dc7.upstream_rq_200", [], configured), {
    name: "cluster.upstream_rq",
    tags: [
      { name: "envoy.response_code", value: "200" },
      { name: "pod", value: "p1" },
      { name: "zone", value: "eu-1" },
      { name: "dc", value: "dc7" },
      { name: "envoy.cluster_name", value: "shop" },
    ],
  });
  const known = [{ name: "envoy.cluster_name", value: "a.b", start: 8, end: 11 }];
  assert.deepEqual(extractTags("cluster.a.b.dc7.x", known, configured).tags.slice(2), [
    { name: "dc", value: "dc7" },
    { name: "envoy.cluster_name", value: "a.b" },
  ]);
  assert.equal(extractTags("cluster.a.b.dc7.x", known, configured).name, "cluster.x");
  assert.deepEqual(extractTags("cluster.shop-web.x", [], configured).tags.at(-1), { name: "app", value: "shop" });
});

Deno.test("extractTags() looks for none of Envoy's tags but those that are named, where it is told so", () => {
  const configured = rules({ usesDefaultTags: false, tags: [{ kind: "default", name: "envoy.response_code" }] });
  assert.deepEqual(extractTags("cluster.web.upstream_rq_503", [], configured), {
    name: "cluster.web.upstream_rq",
    tags: [{ name: "envoy.response_code", value: "503" }],
  });
});
