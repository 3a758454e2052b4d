/** Tests of what `/server_info` tells of the process. */

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { loadBootstrap } from "../config/load.ts";
import { factoryName, messageNameOf } from "../config/type_url.ts";
import { BUILTIN_HTTP_FILTERS } from "../worker/builtins.ts";
import { type Options, readCommandLine } from "./flags.ts";
import { commandLineOptionsJson, nodeJson } from "./process_description.ts";

function options(...args: string[]): Options {
  const line = readCommandLine(args, 8);
  assert.ok(line.kind === "run");
  return line.options;
}

/** Names of Envoy's fields, in the order it prints them. */
const FIELDS = [
  ..."base_id concurrency config_path config_yaml allow_unknown_static_fields admin_address_path".split(" "),
  ..."local_address_ip_version log_level component_log_level log_format log_path service_cluster service_node".split(
    " ",
  ),
  ..."service_zone file_flush_interval drain_time parent_shutdown_time mode disable_hot_restart".split(" "),
  ..."enable_mutex_tracing restart_epoch cpuset_threads reject_unknown_dynamic_fields log_format_escaped".split(" "),
  ..."disabled_extensions ignore_unknown_dynamic_fields use_dynamic_base_id base_id_path drain_strategy".split(" "),
  ..."enable_fine_grain_logging socket_path socket_mode enable_core_dump stats_tag".split(" "),
  ..."skip_hot_restart_on_no_parent skip_hot_restart_parent_stats skip_deprecated_logs file_flush_min_size".split(" "),
  "log_stacktrace_single_entry",
];

Deno.test("commandLineOptionsJson() prints every field of Envoy's in Envoy's order", () => {
  assert.deepEqual(Object.keys(commandLineOptionsJson(options(), "")), FIELDS);
});

Deno.test("commandLineOptionsJson() prints values as Envoy does", () => {
  const args = "--drain-strategy immediate --drain-time-s 7 --file-flush-interval-msec 250 -l warn --base-id 3";
  const json = commandLineOptionsJson(options(...args.split(" ")), "/etc/envoy.yaml");
  assert.equal(json["config_path"], "/etc/envoy.yaml");
  assert.equal(json["drain_strategy"], "Immediate");
  assert.equal(json["drain_time"], "7s");
  assert.equal(json["file_flush_interval"], "0.250s");
  assert.equal(json["log_level"], "warning");
  assert.equal(json["base_id"], "3");
  assert.equal(json["mode"], "Serve");
  assert.equal(json["concurrency"], 8);
});

Deno.test("nodeJson() keeps what the bootstrap says and fills in the rest", () => {
  const overlayYaml = "node: { id: a, cluster: b, metadata: { role: x }, locality: { region: eu, zone: eu-1 } }";
  const json = nodeJson(loadBootstrap({ overlayYaml }, { node: { zone: "eu-2" } }));
  assert.deepEqual([json["id"], json["cluster"]], ["a", "b"]);
  assert.deepEqual(json["metadata"], { role: "x" });
  assert.deepEqual(json["locality"], { region: "eu", zone: "eu-2", sub_zone: "" });
  assert.equal(json["user_agent_name"], "envoy");
  assert.deepEqual(json["client_features"], []);
});

Deno.test("nodeJson() names the extensions that are there, as Envoy does", () => {
  const extensions = nodeJson(loadBootstrap({ overlayYaml: "{}" }))["extensions"] as unknown as { name: string }[];
  const shared = Deno.env.get("DENVOY_SHARED") ?? "../shared";
  const theirs =
    JSON.parse(Deno.readTextFileSync(`${shared}/conformance/envoy_admin/server_info.json`)).node.extensions;
  for (const one of extensions) {
    assert.ok(theirs.some((their: unknown) => isDeepStrictEqual(their, one)), `Envoy has no ${JSON.stringify(one)}`);
  }
  const names = extensions.map(({ name }) => name);
  for (const filter of BUILTIN_HTTP_FILTERS) {
    assert.ok(names.includes(factoryName(messageNameOf(filter.typeUrl))), filter.typeUrl);
  }
});

Deno.test("nodeJson() has no locality when nobody gave one", () => {
  const json = nodeJson(loadBootstrap({ overlayYaml: "{}" }));
  assert.equal(json["locality"], undefined);
  assert.equal(json["id"], "");
});
