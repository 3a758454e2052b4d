import assert from "node:assert/strict";
import { jsonReport } from "./json_report.ts";
import { prometheusReport } from "./prometheus.ts";
import { ALL_STATS } from "./selection.ts";
import { StatBook } from "./stat_book.ts";
import { textReport } from "./text_report.ts";

/** Two zeros and a one in a histogram, flushed; one that is empty; one counter that was used. */
function sampleBook(): StatBook {
  const book = new StatBook();
  const http = book.own.scope("http.a");
  const time = http.histogram("rq_time", "milliseconds");
  for (const value of [0, 0, 1]) time.record(value);
  http.histogram("empty", "milliseconds");
  http.counter("used").inc();
  http.counter("unused");
  book.own.scope("hidden", null, true).counter("host").inc();
  book.flush();
  return book;
}

const text = (book: StatBook, mode: Parameters<typeof textReport>[2]) =>
  [...textReport(book, { ...ALL_STATS, types: "Histograms" }, mode)].join("");

Deno.test("textReport() writes quantiles as interval and total", () => {
  const book = sampleBook();
  const zeros = ["P0", "P25", "P50"].map((name) => `${name}(0,0)`).join(" ");
  const ones = ["P75", "P90", "P95", "P99", "P99.5", "P99.9", "P100"].map((name) => `${name}(1.05,1.05)`).join(" ");
  assert.equal(text(book, "summary"), `http.a.empty: No recorded values\nhttp.a.rq_time: ${zeros} ${ones}\n`);
  book.flush();
  assert.match(text(book, "summary"), /P0\(nan,0\).* P100\(nan,1\.05\)/);
});

Deno.test("textReport() writes buckets with C's exponents", () => {
  assert.match(
    text(sampleBook(), "cumulative"),
    /: B0\.5\(2,2\) B1\(3,3\) B5\(3,3\) .* B600000\(3,3\) B1\.8e\+06\(3,3\)/,
  );
  assert.match(text(sampleBook(), "disjoint"), /: B0\.5\(2,2\) B1\(1,1\) B5\(0,0\) /);
});

Deno.test("textReport() writes every filled bin in detail", () => {
  assert.match(
    text(sampleBook(), "detailed"),
    /rq_time:\n {2}totals=0,0:2, 1,0\.1:1\n {2}intervals=0,0:2, 1,0\.1:1\n {2}summary=P0/,
  );
});

Deno.test("textReport() keeps to the selection", () => {
  const names = (selection: Partial<typeof ALL_STATS>) =>
    [...textReport(sampleBook(), { ...ALL_STATS, ...selection }, "summary")].map((line) => line.split(":")[0]);
  assert.deepEqual(names({ types: "Counters" }), ["http.a.unused", "http.a.used"]);
  assert.deepEqual(names({ usedOnly: true }), ["http.a.used", "http.a.rq_time"]);
  assert.deepEqual(names({ matches: (name) => name.endsWith("used") }), ["http.a.unused", "http.a.used"]);
  assert.deepEqual(names({ hidden: "only" }), ["hidden.host"]);
});

Deno.test("jsonReport() writes buckets in the shortest form of each bound", () => {
  const book = sampleBook();
  const json = [...jsonReport(book, { ...ALL_STATS, types: "Histograms" }, "cumulative")].join("");
  assert.match(
    json,
    /^\{"stats":\[\{"histograms":\[\{"name":"http\.a\.empty","buckets":\[\{"upper_bound":0\.5,"interval":0,/,
  );
  assert.match(json, /\{"upper_bound":60000,.*\{"upper_bound":3e\+05,.*\{"upper_bound":1800000,/);
  JSON.parse(json);
});

Deno.test("jsonReport() writes nulls for a histogram without values", () => {
  const json = [...jsonReport(sampleBook(), { ...ALL_STATS, types: "Histograms" }, "detailed")].join("");
  const [empty, filled] = JSON.parse(json).stats[0].histograms.details;
  assert.deepEqual(empty.totals, []);
  assert.deepEqual(empty.percentiles[0], { cumulative: null, interval: null });
  assert.deepEqual(filled.totals, [{ lower_bound: 0, width: 0, count: 2 }, { lower_bound: 1, width: 0.1, count: 1 }]);
});

Deno.test("jsonReport() leaves the histogram object out when no histogram passes", () => {
  const json = [...jsonReport(sampleBook(), { ...ALL_STATS, types: "Counters" }, "summary")].join("");
  assert.equal(json, '{"stats":[{"name":"http.a.unused","value":0},{"name":"http.a.used","value":1}]}');
});

Deno.test("prometheusReport() escapes label values and writes exact sums", () => {
  const book = new StatBook();
  book.own.scope('cluster.we"b\\', { name: "envoy.cluster_name", value: 'we"b\\' }).counter("c").inc();
  const time = book.own.scope("server").histogram("t", "milliseconds");
  for (const value of [12.5, 250]) time.record(value);
  book.flush();
  const report = [...prometheusReport(book, ALL_STATS, { buckets: "cumulative", withTexts: false })].join("");
  assert.match(report, /^envoy_cluster_c\{envoy_cluster_name="we\\"b\\\\"\} 1$/m);
  assert.match(report, /^envoy_server_t_bucket\{le="3600000"\} 2$/m);
  assert.match(report, /^envoy_server_t_sum\{\} 262\.5$/m);
});

Deno.test("prometheusReport() writes text readouts only when asked", () => {
  const book = new StatBook();
  book.text("cluster.web.version_text").set("v1");
  const report = (withTexts: boolean) =>
    [...prometheusReport(book, ALL_STATS, { buckets: "cumulative", withTexts })].join("");
  assert.equal(report(false), "");
  const line = 'envoy_cluster_version_text{envoy_cluster_name="web",text_value="v1"} 0';
  assert.equal(report(true), `# TYPE envoy_cluster_version_text gauge\n${line}\n`);
});

Deno.test("prometheusReport() writes a summary from the last interval", () => {
  const book = sampleBook();
  const report = () => [...prometheusReport(book, ALL_STATS, { buckets: "summary", withTexts: false })].join("");
  assert.match(report(), /^envoy_http_rq_time\{envoy_http_conn_manager_prefix="a",quantile="0\.99"\} 1\.05$/m);
  book.flush();
  assert.match(report(), /quantile="0\.99"\} nan\n/);
});
