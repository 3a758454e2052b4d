/**
 * The admin API against Envoy's (conformance/envoy_admin): the same configuration and traffic give every stat name, every
 * Prometheus series with its labels, every key of every JSON answer and every command of the help that Envoy gave, but for
 * the exceptions beside this file.
 */
import assert from "node:assert/strict";
import { AdminReference } from "../support/admin_reference.ts";
import { testStepsNeeding } from "../support/needs.ts";
import { startProxy } from "../support/proxy.ts";
import { type AdminException, HELP_EXCEPTIONS, STAT_EXCEPTIONS } from "./envoy_admin_exceptions.ts";

/** What is missing in ours, less the exceptions; throws when one of these is not needed. */
function assertHolds(theirs: Iterable<string>, ours: Iterable<string>, exceptions: readonly AdminException[] = []) {
  const have = new Set(ours), used = new Set<AdminException>();
  const missing = [...new Set(theirs)].filter((name) => {
    if (have.has(name)) return false;
    const exception = exceptions.find(({ what }) => what.test(name));
    if (exception !== undefined) used.add(exception);
    return exception === undefined;
  });
  assert.deepEqual(missing, []);
  for (const exception of exceptions) assert.ok(used.has(exception), `not needed: ${exception.what}`);
}

/** Every key, as the way to it; elements of a list are one, messages in an `Any` are told apart by their type. */
function* keysOf(value: unknown, path = ""): Generator<string> {
  if (Array.isArray(value)) { for (const item of value) yield* keysOf(item, `${path}[]`); }
  else if (typeof value === "object" && value !== null) {
    const type = "@type" in value ? `<${value["@type"]}>` : "";
    for (const [key, item] of Object.entries(value)) {
      yield `${path}${type}.${key}`;
      yield* keysOf(item, `${path}${type}.${key}`);
    }
  }
}

function keysOfText(text: string): string[] {
  return [...keysOf(JSON.parse(text))];
}

/** The lines of an exposition without their values. */
function seriesOf(text: string): string[] {
  return text.split("\n").map((line) => line.startsWith("#") ? line : line.slice(0, line.lastIndexOf(" ")));
}

const namesOf = (text: string) => text.trim().split("\n").map((line) => line.slice(0, line.indexOf(": ")));

interface StatsBody {
  readonly stats: readonly {
    readonly name?: string;
    readonly histograms?: { readonly computed_quantiles: readonly { readonly name: string }[] };
  }[];
}

function namesOfJson(text: string): string[] {
  const { stats } = JSON.parse(text) as StatsBody;
  return stats.flatMap(({ name, histograms }) => name ?? histograms!.computed_quantiles.map(({ name }) => name));
}

/** Clusters stand in no order. */
const sortedLines = (text: string) => text.split("\n").sort();

interface ClustersBody {
  readonly cluster_statuses: readonly { readonly name: string }[];
}

function clustersByName(text: string): ClustersBody["cluster_statuses"] {
  const { cluster_statuses } = JSON.parse(text) as ClustersBody;
  return cluster_statuses.toSorted((a, b) => a.name < b.name ? -1 : 1);
}

testStepsNeeding("shared", "the admin API answers what Envoy's answers after the same traffic", async (t, shared) => {
  await using reference = await AdminReference.create(shared);
  await using proxy = await startProxy({ config: reference.config });
  await reference.traffic(proxy);
  const ours = async (path: string) => reference.neutral(await proxy.admin(path), proxy);
  const theirs = (file: string) => reference.answer(file);

  await t.step("every stat of /stats", async () => {
    assertHolds(namesOf(theirs("stats.txt")), namesOf(await ours("/stats")), STAT_EXCEPTIONS);
    assertHolds(namesOfJson(theirs("stats.json")), namesOfJson(await ours("/stats?format=json")), STAT_EXCEPTIONS);
  });
  await t.step("every series of /stats/prometheus", async () => {
    assertHolds(seriesOf(theirs("prometheus.txt")), seriesOf(await ours("/stats/prometheus")));
  });
  await t.step("the figures that the traffic makes", async () => {
    const counted =
      /^(cluster\.\w+\.(external\.|zone\.[^:]*)?upstream_rq_|http\.ingress\.(downstream_rq|rq_)|cluster_manager)/;
    const valuesOf = (text: string) => text.split("\n").filter((line) => counted.test(line) && !line.includes(": P0"));
    assert.deepEqual(valuesOf(await ours("/stats")), valuesOf(theirs("stats.txt")));
  });
  await t.step("/clusters, letter for letter but for the order of clusters", async () => {
    assert.deepEqual(sortedLines(await ours("/clusters")), sortedLines(theirs("clusters.txt")));
    assert.deepEqual(clustersByName(await ours("/clusters?format=json")), clustersByName(theirs("clusters.json")));
  });
  await t.step("/listeners, /init_dump and /ready, letter for letter", async () => {
    assert.equal(await ours("/listeners"), theirs("listeners.txt"));
    assert.equal(await ours("/listeners?format=json"), theirs("listeners.json"));
    assert.equal(await ours("/init_dump"), theirs("init_dump.json"));
    assert.equal(await ours("/ready"), theirs("ready.txt"));
  });
  await t.step("every key of /config_dump, with endpoints and without", async () => {
    const keys = keysOfText(theirs("config_dump.json"));
    assertHolds(keys, keysOfText(await ours("/config_dump?include_eds")));
    const withoutEndpoints = keys.filter((key) => !key.includes("EndpointsConfigDump"));
    assertHolds(withoutEndpoints, keysOfText(await ours("/config_dump")));
  });
  await t.step("every key of /server_info", async () => {
    assertHolds(keysOfText(theirs("server_info.json")), keysOfText(await ours("/server_info")));
  });
  await t.step("every command of /help, in its words", async () => {
    assertHolds(theirs("help.txt").split("\n"), (await ours("/help")).split("\n"), HELP_EXCEPTIONS);
  });
});
