/** Real Envoy takes the same runtime values and shows the same: spec/operations.md 6.16, 6.17, 7.5. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { bootstrapOf, httpListener } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";
import { ResourceFolder } from "../support/resource_files.ts";
import { modifyRuntime, statusesOf } from "../support/runtime_proxy.ts";

/** What is typed into the admin layer. As a share each is always, never, or about half: nothing that chance could hide. */
const TYPED = [
  ...["50", "500", "+500", "100.0", "1e3", "0x100", "0100", "0", "0.0", "-3", "50.7", "100.7", ".5", "2147483648"],
  ...["18446744073709551615", "18446744073709551616", "9223372036854775808", "1_000", "1e400"],
  ...["true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "yes", "No", "on", "OFF", "y", "n", "Y", "N"],
  ...['"0"', "'0'", '"500"', '"false"', "{numerator: 50}", "{numerator: 5000, denominator: TEN_THOUSAND}"],
  ...[
    "{numerator: 500000, denominator: MILLION}",
    "numerator: 100",
    "numerator: 5000\ndenominator: TEN_THOUSAND",
    "{}",
  ],
  ...[
    '{numerator: "100"}',
    "{numerator: 100.0}",
    "{numerator: 0x64}",
    "{numerator: 010}",
    "{numerator: 4294967296}",
    "{numerator: -1}",
    "{denominator: HUNDRED}",
  ],
  ...["{numerator: 100, foo: 2}", "{numerator: 100, denominator: 100}", "{numerator: 100, denominator: hundred}"],
  ...['{"numerator": 100, "denominator": "HUNDRED"}', "{numerator: 100,}", "{a: {numerator: 100}}"],
  ...[
    "abc",
    "inf",
    "nan",
    "[500]",
    "null",
    "~",
    "500 # all",
    "  500",
    "500  ",
    "0 # none",
    "a: 500",
    "- 500",
    "|\n  500",
  ],
];

/** Values of a static layer. */
const STRUCT: readonly unknown[] = [
  ...[5, 1000000, 123456789, 0.25, -3, 3.7, 1e-7, true, false, "5", "5.5", "true", "yes", "abc", " 5", "0x10"],
];

/** The answer by the fraction at a key: always, never, or now and then. */
function shareText(statuses: readonly number[]): string {
  const hits = statuses.filter((status) => status === 204).length;
  return hits === 0 ? "never" : hits === statuses.length ? "always" : "some";
}

/** A guard that is read as a switch, and is on by default. */
const GUARD = "envoy.reloadable_features.http_reject_path_with_fragment";

/** A route that is drawn by the key's fraction, and never by default. */
function routesOf(key: string): string[] {
  const fraction = `{ default_value: { numerator: 0 }, runtime_key: ${key} }`;
  return [
    `{ match: { prefix: /, runtime_fraction: ${fraction} }, direct_response: { status: 204 } }`,
    "{ match: { prefix: / }, direct_response: { status: 200 } }",
  ];
}

function configOf(layers: readonly string[]): string {
  const fields = ["node: { id: test, cluster: test }", `layered_runtime: { layers: [${layers.join(", ")}] }`];
  return bootstrapOf([httpListener("web", { routes: routesOf("drawn") })], [], fields);
}

interface RuntimeBody {
  readonly entries: Readonly<
    Record<string, { readonly final_value: string; readonly layer_values: readonly string[] }>
  >;
  readonly layers: readonly string[];
}

async function bodyOf(proxy: RunningProxy): Promise<RuntimeBody> {
  return JSON.parse(await proxy.admin("/runtime"));
}

/** Not more often than denvoy takes it from one client. */
async function modify(proxy: RunningProxy, values: Readonly<Record<string, string>>): Promise<string> {
  let answer = "";
  await proxy.until("the change may be made", async () => {
    answer = await modifyRuntime(proxy, values);
    return !answer.startsWith("429");
  });
  return answer;
}

const STATS = [
  "load_success",
  "load_error",
  "num_keys",
  "num_layers",
  "admin_overrides_active",
  "override_dir_exists",
  "override_dir_not_exists",
];

async function statsOf(proxy: RunningProxy): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(STATS.map(async (name) => [name, await proxy.stat(`runtime.${name}`)])));
}

testNeeding("envoy", "Envoy shows and draws by the same values of the admin layer", async (program) => {
  const config = configOf(["{ name: base, static_layer: { drawn: 0 } }", "{ name: admin, admin_layer: {} }"]);
  await using envoy = await startEnvoy(program, config);
  await using denvoy = await startProxy({ config });
  const differing: unknown[] = [];
  for (const text of TYPED) {
    const seen = [];
    for (const proxy of [envoy, denvoy]) {
      const answer = await modify(proxy, { drawn: text, [GUARD]: text });
      const [address] = proxy.listenerAddresses("web");
      const [statuses] = await statusesOf(address!, 1, 60);
      const { status } = await askRaw(address!, "GET /a#b HTTP/1.1\r\nhost: h\r\n\r\n");
      const isRefused = status === 400;
      seen.push({ answer, share: shareText(statuses!), isRefused, body: await bodyOf(proxy) });
    }
    const [theirs, ours] = seen;
    if (!isDeepStrictEqual(ours, theirs)) differing.push({ text, theirs, ours });
  }
  assert.deepEqual(differing, []);
  for (const proxy of [envoy, denvoy]) await modify(proxy, { drawn: "", [GUARD]: "" });
  assert.deepEqual(await statsOf(denvoy), await statsOf(envoy));
  const usage = await Promise.all([envoy, denvoy].map(async (proxy) => {
    const response = await fetch(`${proxy.adminUrl}/runtime_modify`, { method: "POST" });
    return `${response.status} ${await response.text()}`;
  }));
  assert.equal(usage[1], usage[0]);
});

testNeeding("envoy", "Envoy shows the same values of a static layer, fractions aside", async (program) => {
  const values = Object.fromEntries(STRUCT.map((value, i) => [`key.${i}`, value]));
  const config = configOf([
    `{ name: base, static_layer: ${JSON.stringify({ ...values, drawn: 0, nested: { a: { "b.c": 1 } } })} }`,
  ]);
  await using envoy = await startEnvoy(program, config);
  await using denvoy = await startProxy({ config });
  assert.deepEqual(await bodyOf(denvoy), await bodyOf(envoy));
  assert.deepEqual(await statsOf(denvoy), await statsOf(envoy));
});

testNeeding("envoy", "Envoy reads the same files, and follows the same swap of the link", async (program) => {
  const folder = new ResourceFolder();
  try {
    const put = (version: string, files: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(files)) {
        const path = `${version}/envoy/${name}`;
        folder.makeFolder(path.slice(0, path.lastIndexOf("/")));
        folder.write(path, text);
      }
    };
    put("v1", { "drawn": "100\n", "a/b": "# no\n  5 \n\n", ".hidden": "1", "empty": "", "cluster/x": "1" });
    put("v2", { "drawn": "0\n", "a/b": "6" });
    put("v3", { "drawn": "{open" });
    folder.link("current", "v1");
    const config = configOf([
      "{ name: base, static_layer: { empty: 7 } }",
      `{ name: disk, disk_layer: { symlink_root: ${folder.at("current")}, subdirectory: envoy } }`,
      `{ name: none, disk_layer: { symlink_root: ${folder.at("none")} } }`,
      "{ name: admin, admin_layer: {} }",
    ]);
    await using envoy = await startEnvoy(program, config);
    await using denvoy = await startProxy({ config });
    const both = [envoy, denvoy];
    const settle = async (what: string, isSo: (body: RuntimeBody) => boolean) => {
      for (const proxy of both) await proxy.until(what, async () => isSo(await bodyOf(proxy)));
      assert.deepEqual(await bodyOf(denvoy), await bodyOf(envoy), what);
      const [theirs, ours] = await Promise.all(
        both.map((proxy) => statusesOf(proxy.listenerAddresses("web")[0]!, 1, 20)),
      );
      assert.equal(shareText(ours![0]!), shareText(theirs![0]!), what);
    };
    await settle("the first tree", ({ entries }) => entries.drawn?.final_value === "100");
    folder.link("current", "v2");
    await settle("the second", ({ entries }) => entries.drawn?.final_value === "0");
    folder.link("current", "v3");
    await settle("one that is no YAML", ({ layers }) => !layers.includes("disk"));
    assert.deepEqual(await statsOf(denvoy), await statsOf(envoy));
  } finally {
    folder.remove();
  }
});

testNeeding("shared", "the reference configuration gives Envoy's /runtime and its stats", async (shared) => {
  const folder = `${shared}/conformance/envoy_admin`;
  const text = Deno.readTextFileSync(`${folder}/reference.yaml`);
  const runtime = text.slice(text.indexOf("layered_runtime:"), text.indexOf("static_resources:"));
  const config = `${bootstrapOf([httpListener("web", { routes: routesOf("drawn") })], [])}${runtime}`;
  await using proxy = await startProxy({ config });
  await modifyRuntime(proxy, { "feature.name": "green", "web.canary": "50" });
  const theirs: RuntimeBody = JSON.parse(Deno.readTextFileSync(`${folder}/runtime.json`));
  const ours = await bodyOf(proxy);
  assert.deepEqual(ours.layers, theirs.layers);
  assert.deepEqual(Object.keys(ours.entries), Object.keys(theirs.entries).sort());
  for (const [key, entry] of Object.entries(theirs.entries)) {
    if (key === "web.canary") assert.equal(ours.entries[key]!.final_value, entry.final_value);
    else assert.deepEqual(ours.entries[key], entry, key);
  }
  const stats = (lines: string) => lines.split("\n").filter((line) => line.startsWith("runtime.")).sort();
  assert.deepEqual(stats(await proxy.admin("/stats")), stats(Deno.readTextFileSync(`${folder}/stats.txt`)));
});
