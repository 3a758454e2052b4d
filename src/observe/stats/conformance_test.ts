/** The reports against those of a real Envoy (conformance/envoy_admin): same names, order, tags, types and labels. */
import assert from "node:assert/strict";
import { jsonReport } from "./json_report.ts";
import { prometheusReport } from "./prometheus.ts";
import { ALL_STATS } from "./selection.ts";
import { StatBook } from "./stat_book.ts";
import { textReport } from "./text_report.ts";

const ROOT = `${Deno.env.get("DENVOY_SHARED") ?? "../shared"}/conformance/envoy_admin`;
const STATS = readOracle("stats.txt");
const PROMETHEUS = readOracle("prometheus.txt");

function readOracle(file: string): string {
  return Deno.readTextFileSync(`${ROOT}/${file}`);
}

/** A book with the names and values of `stats.txt`; which names are gauges is told by the Prometheus answer. */
function oracleBook(): StatBook {
  const gauges = new Set([...PROMETHEUS.matchAll(/^# TYPE (\S+) gauge$/gm)].map((match) => match[1]!));
  const book = new StatBook();
  for (const line of STATS.trimEnd().split("\n")) {
    const [, name, value] = line.match(/^(.+?): (.*)$/)!;
    const cut = name!.lastIndexOf(".");
    const scope = book.own.scope(name!.slice(0, cut));
    const last = name!.slice(cut + 1);
    if (value!.startsWith('"')) book.text(name!).set(JSON.parse(value!));
    else if (value === "No recorded values" || value!.startsWith("P0(")) {
      const histogram = scope.histogram(last, "milliseconds");
      if (value !== "No recorded values") histogram.record(1);
    } else if (gauges.has(gaugeName(name!))) scope.gauge(last).set(Number(value));
    else scope.counter(last).add(Number(value));
  }
  book.flush();
  return book;
}

/** Good enough to tell gauges from counters: a gauge's metric has no tag but cluster, listener, prefix and worker. */
function gaugeName(name: string): string {
  const short = name.replace(/^listener\.127\.0\.0\.1_10000\./, "listener.").replace(/\.worker_\d+\./, ".worker_")
    .replace(/^(cluster|http)\.[^.]+\./, "$1.");
  return `envoy_${short.replace(/[^A-Za-z0-9_]/g, "_")}`;
}

/** Histogram values are not comparable, and a hash of 64 bits keeps 53 of them in our cells. */
function comparable(text: string): string {
  return text.replace(/: P0\(.*$/gm, ": P").replace(/\.version: (\d+)$/gm, (_, hash) => `.version: ${Number(hash)}`);
}

Deno.test("textReport() writes Envoy's names, order and values", () => {
  const text = [...textReport(oracleBook(), ALL_STATS, "summary")].join("");
  assert.equal(comparable(text), comparable(STATS));
});

Deno.test("jsonReport() writes Envoy's shape", () => {
  const ours = JSON.parse([...jsonReport(oracleBook(), ALL_STATS, "summary")].join(""));
  const theirs = JSON.parse(readOracle("stats.json"));
  const names = (stats: { name?: string; value?: unknown }[]) => stats.map(({ name, value }) => [name, typeof value]);
  assert.deepEqual(names(ours.stats), names(theirs.stats));
  const [ourLast, theirLast] = [ours.stats.at(-1).histograms, theirs.stats.at(-1).histograms];
  assert.deepEqual(ourLast.supported_quantiles, theirLast.supported_quantiles);
  const shape = (computed: { name: string; values: object[] }[]) =>
    computed.map(({ name, values }) => [name, values.length, Object.keys(values[0]!).sort()]);
  assert.deepEqual(shape(ourLast.computed_quantiles), shape(theirLast.computed_quantiles));
});

Deno.test("prometheusReport() writes Envoy's types, names, labels and order", () => {
  const report = [...prometheusReport(oracleBook(), ALL_STATS, { buckets: "cumulative", withTexts: false })].join("");
  const bare = (text: string) =>
    text.split("\n").map((line) => line.startsWith("# ") ? line : line.slice(0, line.lastIndexOf(" ")));
  assert.deepEqual(bare(report), bare(PROMETHEUS));
  const counters = (text: string) => text.split("\n").filter((line) => /_rq(_xx|_total)?\{/.test(line));
  assert.ok(counters(report).length > 10);
});
