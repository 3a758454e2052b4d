import assert from "node:assert/strict";
import { sampleAdmin } from "../sample_source.ts";

function adminWithStats() {
  const { ask, source } = sampleAdmin();
  const web = source.stats.own.scope("cluster.web", { name: "envoy.cluster_name", value: "web" });
  web.counter("upstream_rq_200").add(840);
  web.counter("upstream_rq_503");
  web.gauge("membership_total").set(2);
  web.histogram("upstream_rq_time", "milliseconds").record(200);
  source.stats.flush();
  const text = async (target: string) => {
    const answer = await ask(target);
    return [answer.status, await answer.text()] as const;
  };
  return { ask, source, text };
}

const refusals: Array<[query: string, text: string]> = [
  ["format=xx", "usage: /stats?format=(html|active-html|json|prometheus|text)\n\n"],
  ["type=counters", "invalid &type= param"],
  ["hidden=showonly", "usage: /stats?hidden=(include|only|exclude)\n\n"],
  [
    "histogram_buckets=xx",
    "usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n",
  ],
  ["histogram_buckets=prometheusnative", "Invalid histogram_buckets type for non prometheus stats type"],
  ["filter=%5B", "Invalid re2 regex: missing ]: ["],
  [`filter=${"a".repeat(257)}`, "Invalid re2 regex: pattern too large - compile failed"],
  ["format=prometheus&histogram_buckets=detailed", "unsupported prometheus histogram bucket mode"],
];

for (const [query, expected] of refusals) {
  Deno.test(`/stats refuses ${query.slice(0, 60)}`, async () => {
    const { text } = adminWithStats();
    assert.deepEqual(await text(`/stats?${query}`), [400, expected]);
  });
}

Deno.test("/stats filters by a search in the name, and the other way round", async () => {
  const { text } = adminWithStats();
  const [, found] = await text("/stats?filter=rq_%5Cd%7B3%7D");
  assert.equal(found, "cluster.web.upstream_rq_200: 840\ncluster.web.upstream_rq_503: 0\n");
  const [, others] = await text("/stats?filter=http.admin|rq_%5Cd%7B3%7D&invert_filter&type=Gauges");
  assert.equal(others, "cluster.web.membership_total: 2\n");
});

Deno.test("/stats takes usedonly=0 as a flag that is set", async () => {
  const { text } = adminWithStats();
  const [, found] = await text("/stats?filter=upstream_rq_%5Cd&usedonly=0");
  assert.equal(found, "cluster.web.upstream_rq_200: 840\n");
});

Deno.test("/stats?format=json is compact, without a final newline", async () => {
  const { text } = adminWithStats();
  const [, found] = await text("/stats?format=json&filter=membership&pretty");
  assert.equal(found, '{"stats":[{"name":"cluster.web.membership_total","value":2}]}');
});

Deno.test("/stats leaves hosts' stats to /clusters unless asked", async () => {
  const { source, text } = adminWithStats();
  source.countHost("web", "10.0.0.1:80", "rq_total", 3);
  assert.doesNotMatch((await text("/stats"))[1], /endpoint/);
  assert.equal((await text("/stats?hidden=only"))[1], "cluster.web.endpoint.10.0.0.1_80.rq_total: 3\n");
});

Deno.test("/stats/prometheus and /stats?format=prometheus are one", async () => {
  const { ask } = adminWithStats();
  const bodies: string[] = [];
  for (const target of ["/stats/prometheus?filter=cluster", "/stats?format=prometheus&filter=cluster&type=Gauges"]) {
    const answer = await ask(target);
    assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    bodies.push(await answer.text());
  }
  assert.equal(bodies[0], bodies[1]);
  assert.match(bodies[0]!, /^envoy_cluster_upstream_rq\{envoy_response_code="200",envoy_cluster_name="web"\} 840$/m);
});

Deno.test("/stats?format=html is the console's page", async () => {
  const { ask } = adminWithStats();
  const answer = await ask("/stats?format=html&filter=a%26b");
  assert.deepEqual([answer.status, answer.headers.get("location")], [302, "/console/stats?filter=a%26b"]);
});

Deno.test("/stats flushes before it answers where the configuration says so", async () => {
  const { ask, source } = sampleAdmin({ flushOnRead: () => Promise.resolve(source.stats.flush()) });
  source.stats.own.scope("a").histogram("h", "milliseconds").record(200);
  assert.match(await (await ask("/stats?type=Histograms&filter=^a")).text(), /^a\.h: P0\(205,205\)/);
});

Deno.test("/stats sends a large answer whole", async () => {
  const { source, text } = adminWithStats();
  const scope = source.stats.own.scope("many");
  for (let at = 0; at < 20_000; at++) scope.counter(`counter_with_a_name_of_some_length_${at}`);
  const [, found] = await text("/stats?filter=^many");
  assert.equal(found.split("\n").length, 20_001);
});
