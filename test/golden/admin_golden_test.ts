/**
 * denvoy's own admin answers after the traffic of conformance/envoy_admin, kept whole in `admin/`: a name, a label or a
 * key that changes shows in review. What differs from run to run is masked. `DENVOY_UPDATE_GOLDEN=1` writes them anew.
 */
import assert from "node:assert/strict";
import { AdminReference } from "../support/admin_reference.ts";
import { testStepsNeeding } from "../support/needs.ts";
import { startProxy } from "../support/proxy.ts";

const FOLDER = new URL("admin/", import.meta.url);
const IS_UPDATE = Deno.env.get("DENVOY_UPDATE_GOLDEN") === "1";

/** The names of `/stats`, without values. */
function statNames(text: string): string {
  return text.replace(/: .*$/gm, "");
}

function withoutValues(text: string): string {
  return text.replace(/^([^#].*) \S+$/gm, "$1");
}

/** Times and the versions of what is built in. */
function masked(text: string): string {
  return text
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
    .replace(/"(uptime_\w+)": "\d+s"/g, '"$1": "UPTIME"')
    .replace(/"(config_path|admin_address_path)": "[^"]+"/g, '"$1": "PATH"');
}

const GOLDENS: readonly (readonly [file: string, path: string, mask: (text: string) => string])[] = [
  ["stats_names.golden", "/stats", statNames],
  ["prometheus_series.golden", "/stats/prometheus", withoutValues],
  ["clusters_txt.golden", "/clusters", String],
  ["clusters_json.golden", "/clusters?format=json", String],
  ["listeners_txt.golden", "/listeners", String],
  ["listeners_json.golden", "/listeners?format=json", String],
  ["config_dump_json.golden", "/config_dump?include_eds", masked],
  ["server_info_json.golden", "/server_info", masked],
  ["init_dump_json.golden", "/init_dump", String],
  ["runtime_json.golden", "/runtime", String],
  ["certs_json.golden", "/certs", String],
  ["help_txt.golden", "/help", String],
];

testStepsNeeding("shared", "the admin's answers are those kept in golden files", async (t, shared) => {
  await using reference = await AdminReference.create(shared);
  await using proxy = await startProxy({ config: reference.config });
  await reference.traffic(proxy);
  for (const [file, path, mask] of GOLDENS) {
    await t.step(`${path} is ${file}`, async () => {
      const found = mask(reference.neutral(await proxy.admin(path), proxy));
      if (IS_UPDATE) await Deno.writeTextFile(new URL(file, FOLDER), found);
      assert.equal(found, await Deno.readTextFile(new URL(file, FOLDER)));
    });
  }
});
