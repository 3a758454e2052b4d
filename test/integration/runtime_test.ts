/** Runtime values of real processes, edited while they serve: spec/operations.md 7 and 21. */
import assert from "node:assert/strict";
import type { RuntimeChange } from "../../src/admin/contract/runtime.ts";
import { bootstrap, bootstrapOf, directRoute, httpListener, staticCluster } from "../support/bootstrap.ts";
import { startOrigin } from "../support/origin.ts";
import { runDenvoy, type RunningProxy, startProxy } from "../support/proxy.ts";
import { ResourceFolder } from "../support/resource_files.ts";
import {
  effectiveOf,
  modifyRuntime,
  patchRuntime,
  runtimeOf,
  sendRuntime,
  statusesOf,
} from "../support/runtime_proxy.ts";
import { KeepAliveLoad } from "../load/keep_alive_load.ts";

const HOOKS = { DENVOY_TEST_HOOKS: "1" };
const TO_WEB = "{ match: { prefix: / }, route: { cluster: web } }";
const HELLO = [directRoute("/", "hello")];

/** A bootstrap with these layers, flow style. */
function layered(...layers: readonly string[]): string {
  const fields = ["node: { id: test, cluster: test }", `layered_runtime: { layers: [${layers.join(", ")}] }`];
  return bootstrapOf([httpListener("web", { routes: HELLO })], [], fields);
}

async function history(proxy: RunningProxy): Promise<RuntimeChange[]> {
  return JSON.parse(await proxy.admin("/api/v1/runtime/history")).items;
}

Deno.test("21: half of the requests under load get 503 on every worker when maintenance is 50 %, none when it is gone", async () => {
  await using origin = startOrigin(() => new Response("here"));
  await using proxy = await startProxy({
    config: bootstrap({ routes: [TO_WEB], clusters: { web: [origin.port] } }),
    concurrency: 2,
  });
  const [address] = proxy.listenerAddresses("web");
  const load = new KeepAliveLoad(Number(address!.split(":").at(-1)), 4, 500);
  const set = async (share: string) => {
    assert.equal(await modifyRuntime(proxy, { "upstream.maintenance_mode.web": share }), "200 OK\n");
    let view = await runtimeOf(proxy);
    await proxy.until("both workers have it", async () => (view = await runtimeOf(proxy)).propagation.acked === 2);
    return view.propagation.slowest_ms!;
  };
  try {
    const tookMs: number[] = [];
    for (let share = 40; share <= 50; share++) tookMs.push(await set(String(share)));
    const [middle] = tookMs.toSorted((a, b) => a - b).slice(tookMs.length >> 1);
    assert.ok(middle! < 100, `it took ${tookMs.join(", ")} ms`);
    // Connections lie on both workers, and each sees both answers.
    const seen = await statusesOf(address!, 16, 60);
    for (const statuses of seen) assert.deepEqual([...new Set(statuses)].sort(), [200, 503]);
    const all = seen.flat(), share = all.filter((status) => status === 503).length / all.length;
    // Five standard deviations of 960 draws.
    assert.ok(Math.abs(share - 0.5) < 0.081, `a share of ${share}`);
    assert.ok(await proxy.stat("cluster.web.upstream_rq_maintenance_mode") > 0);
    await set("");
    assert.deepEqual([...new Set((await statusesOf(address!, 16, 20)).flat())], [200]);
  } finally {
    await load.stop();
  }
  const { lost, refused } = load.outcome;
  assert.deepEqual([lost.size, refused], [0, 0], "no connection was dropped");
});

Deno.test("21: a value of the wrong type and a stale base are refused whole, and a value with an expiry goes by itself", async () => {
  await using proxy = await startProxy({ config: bootstrap({ routes: HELLO }) });
  const set = (key: string, value: string, more: object = {}) => ({ op: "set", key, value, ...more } as const);
  const wrong = await sendRuntime(proxy, "PATCH", "", {
    reason: "",
    ops: [set("a", "1"), set("upstream.use_retry", "maybe")],
  });
  assert.equal(wrong.status, 422);
  await patchRuntime(proxy, [set("a", "1", { base: null })]);
  const stale = await sendRuntime(proxy, "PATCH", "", {
    reason: "",
    ops: [set("a", "2", { base: null }), set("b", "1")],
  });
  assert.equal(stale.status, 409);
  assert.deepEqual([await effectiveOf(proxy, "a"), await effectiveOf(proxy, "b")], ["1", null]);
  await patchRuntime(proxy, [set("a", "2", { expires_in_s: 2 }), set("b", "2", { expires_in_s: 2 })]);
  assert.equal(await effectiveOf(proxy, "a"), "2");
  await proxy.until("both expired", async () => await effectiveOf(proxy, "b") === null);
  assert.equal(await effectiveOf(proxy, "a"), "1");
  const [expiry, edit] = await history(proxy);
  assert.deepEqual([expiry!.source, expiry!.actor, edit!.state, edit!.by_change_id], [
    "expiry",
    "expiry",
    "expired",
    expiry!.change_id,
  ]);
});

Deno.test("21: the worker that takes the place of one that died has the values before it accepts", async () => {
  await using origin = startOrigin(() => new Response("here"));
  const config = bootstrap({ routes: [TO_WEB], clusters: { web: [origin.port] } });
  await using proxy = await startProxy({ config, env: HOOKS });
  await modifyRuntime(proxy, { "upstream.maintenance_mode.web": "100" });
  proxy.signal("SIGUSR2");
  await proxy.untilLogged(/worker 0 serves again/);
  assert.deepEqual([...new Set((await statusesOf(proxy.listenerAddresses("web")[0]!, 4, 5)).flat())], [503]);
});

Deno.test("21: a swapped link, a ConfigMap's ..data, an edit in place and an RTDS file each change the value", async () => {
  const folder = new ResourceFolder();
  try {
    const put = (name: string, text: string) => {
      folder.makeFolder(name.slice(0, name.lastIndexOf("/")));
      folder.write(name, text);
    };
    const rtds = (value: number) => {
      const resource = {
        "@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime",
        name: "r",
        layer: { "rtds.key": value },
      };
      folder.move("rtds.yaml", JSON.stringify({ version_info: String(value), resources: [resource] }));
    };
    put("v1/envoy/disk/key", "1\n");
    put("v2/envoy/disk/key", "# two\n2\n");
    folder.link("current", "v1");
    put("mount/..1/map.key", "1");
    put("mount/..2/map.key", "2");
    folder.link("mount/..data", "..1");
    folder.link("mount/map.key", "..data/map.key");
    rtds(1);
    const source = `{ path_config_source: { path: ${folder.at("rtds.yaml")} }, resource_api_version: V3 }`;
    await using proxy = await startProxy({
      config: layered(
        `{ name: disk, disk_layer: { symlink_root: ${folder.at("current")}, subdirectory: envoy } }`,
        `{ name: map, disk_layer: { symlink_root: ${folder.at("mount")} } }`,
        `{ name: told, rtds_layer: { name: r, rtds_config: ${source} } }`,
        "{ name: admin, admin_layer: {} }",
      ),
    });
    const values = () => Promise.all(["disk.key", "map.key", "rtds.key"].map((key) => effectiveOf(proxy, key)));
    assert.deepEqual(await values(), ["1", "1", "1"]);
    assert.deepEqual((await runtimeOf(proxy)).layers.map(({ kind, state, version }) => [kind, state, version]), [
      ["disk", "ok", undefined],
      ["disk", "ok", undefined],
      ["rtds", "ok", "1"],
      ["admin", "ok", undefined],
    ]);
    assert.equal(await proxy.stat("runtime.override_dir_exists") > 0, true);
    folder.link("current", "v2");
    await proxy.until("the link was followed", async () => await effectiveOf(proxy, "disk.key") === "2");
    folder.link("mount/..data", "..2");
    await proxy.until("the mount was followed", async () => await effectiveOf(proxy, "map.key") === "2");
    rtds(2);
    await proxy.until("RTDS was taken", async () => await effectiveOf(proxy, "rtds.key") === "2");
    folder.write("v2/envoy/disk/key", "3");
    await proxy.until("the edit was seen", async () => await effectiveOf(proxy, "disk.key") === "3");
    assert.deepEqual((await history(proxy)).map(({ actor }) => actor).slice(0, 4), [
      "disk disk",
      "rtds told",
      "disk map",
      "disk disk",
    ]);
    rtds(3);
    folder.move(
      "rtds.yaml",
      JSON.stringify({ resources: [{ "@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime", name: "x" }] }),
    );
    await proxy.until("it was refused", async () => (await runtimeOf(proxy)).layers[2]!.state === "error");
    assert.match((await runtimeOf(proxy)).layers[2]!.error!, /Unexpected RTDS runtime \(expecting r\): x/);
    assert.equal(await proxy.stop(), 0);
  } finally {
    folder.remove();
  }
});

Deno.test("the last layer that has a key wins, as they are configured", async () => {
  const folder = new ResourceFolder();
  try {
    folder.makeFolder("disk");
    folder.write("disk/key", "disk");
    folder.write("disk/shadow", "# an empty value\n");
    const resource = {
      "@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime",
      name: "r",
      layer: { key: "rtds" },
    };
    folder.write("rtds.yaml", JSON.stringify({ resources: [resource] }));
    const source = `{ path_config_source: { path: ${folder.at("rtds.yaml")} }, resource_api_version: V3 }`;
    const layers = {
      static: "{ name: static, static_layer: { key: static, shadow: 7, big: 1000000 } }",
      disk: `{ name: disk, disk_layer: { symlink_root: ${folder.at("disk")} } }`,
      missing: `{ name: missing, disk_layer: { symlink_root: ${folder.at("missing")} } }`,
      rtds: `{ name: rtds, rtds_layer: { name: r, rtds_config: ${source} } }`,
      admin: "{ name: admin, admin_layer: {} }",
    };
    {
      await using proxy = await startProxy({
        config: layered(layers.static, layers.missing, layers.disk, layers.rtds, layers.admin),
      });
      await modifyRuntime(proxy, { key: "admin" });
      const body = JSON.parse(await proxy.admin("/runtime"));
      assert.deepEqual(body.layers, ["static", "disk", "rtds", "admin"]);
      assert.deepEqual(body.entries.key, { final_value: "admin", layer_values: ["static", "disk", "rtds", "admin"] });
      assert.deepEqual(body.entries.shadow, { final_value: "7", layer_values: ["7", "", "", ""] });
      assert.deepEqual(body.entries.big.final_value, "1e+06");
      const { entries, layers: states } = await runtimeOf(proxy);
      assert.deepEqual(states.map(({ name, state }) => `${name} ${state}`).slice(1, 3), ["missing missing", "disk ok"]);
      assert.deepEqual(entries.find(({ key }) => key === "shadow")!.effective, "");
    }
    await using proxy = await startProxy({ config: layered(layers.admin, layers.rtds, layers.disk, layers.static) });
    const { applied: [applied] } = await patchRuntime(proxy, [{ op: "set", key: "key", value: "admin" }]);
    assert.deepEqual([applied!.after, applied!.effective_after, applied!.shadowed_by], ["admin", "static", "static"]);
    assert.equal(await effectiveOf(proxy, "key"), "static");
  } finally {
    folder.remove();
  }
});

Deno.test("undo, a set that nobody keeps, and the kill switch work on what is served", async () => {
  await using origin = startOrigin(() => new Response("here"));
  await using proxy = await startProxy({
    config: bootstrap({ routes: [TO_WEB], clusters: { web: [origin.port] } }),
    concurrency: 2,
  });
  const key = "upstream.maintenance_mode.web", [address] = proxy.listenerAddresses("web");
  const served = async () => {
    await proxy.until("all workers have it", async () => (await runtimeOf(proxy)).propagation.acked === 2);
    return [...new Set((await statusesOf(address!, 8, 3)).flat())];
  };
  const { change_id } = await patchRuntime(proxy, [{ op: "set", key, value: "100" }]);
  assert.deepEqual(await served(), [503]);
  assert.equal((await sendRuntime(proxy, "POST", `/changes/${change_id}/undo`, {})).status, 200);
  assert.deepEqual(await served(), [200]);
  await patchRuntime(proxy, [{ op: "set", key, value: "100" }], { confirm_within_s: 3 });
  assert.deepEqual(await served(), [503]);
  await proxy.until("it went back", async () => await effectiveOf(proxy, key) === null);
  assert.deepEqual([(await history(proxy))[0]!.source, ...await served()], ["confirm_timeout", 200]);
  await patchRuntime(proxy, [{ op: "set", key, value: "100" }]);
  await sendRuntime(proxy, "POST", "/overrides/disable", { reason: "incident" });
  assert.deepEqual(await served(), [200]);
  await sendRuntime(proxy, "POST", "/overrides/enable", { reason: "over" });
  assert.deepEqual(await served(), [503]);
});

Deno.test("with --runtime-admin-persist edits outlive the process, but for a set that nobody kept", async () => {
  const folder = new ResourceFolder();
  try {
    const file = folder.at("overrides.json"), args = ["--runtime-admin-persist", file];
    const config = bootstrap({ routes: HELLO });
    {
      await using proxy = await startProxy({ config, args });
      await patchRuntime(proxy, [{ op: "set", key: "kept", value: "{numerator: 7}" }], { reason: "for good" });
      await patchRuntime(proxy, [{ op: "set", key: "hour", value: "1", expires_in_s: 3600 }]);
      await patchRuntime(proxy, [{ op: "set", key: "kept", value: "9" }], { confirm_within_s: 600 });
      assert.equal((await runtimeOf(proxy)).persisted_in, file);
      await proxy.kill();
    }
    await using proxy = await startProxy({ config, args });
    const { entries } = await runtimeOf(proxy);
    assert.deepEqual(entries.map(({ key, effective }) => [key, effective]), [["hour", "1"], [
      "kept",
      "{numerator: 7}",
    ]]);
    assert.deepEqual([entries[1]!.admin?.reason, entries[1]!.parsed.fraction?.numerator], ["for good", 7]);
    assert.ok(entries[0]!.admin!.expires_ms! > Date.now());
    assert.match(proxy.logs(), /c3 was not kept before the proxy ended/);
  } finally {
    folder.remove();
  }
});

const REFUSED: ReadonlyArray<readonly [what: string, layers: string, text: RegExp]> = [
  ["two layers of one name", "{ name: a, static_layer: {} }, { name: a, static_layer: {} }", /Duplicate layer name: a/],
  [
    "two admin layers",
    "{ name: a, admin_layer: {} }, { name: b, admin_layer: {} }",
    /Too many admin layers specified in LayeredRuntime/,
  ],
  ["a list for a value", "{ name: a, static_layer: { b: { c: [1] } } }", /Invalid runtime entry value for b\.c/],
  ["a layer of no kind", "{ name: a }", /layer/],
  [
    "a disk layer below nowhere",
    "{ name: a, disk_layer: { symlink_root: /nowhere/at/all } }",
    /unable to add filesystem watch for file \/nowhere\/at\/all: No such file or directory/,
  ],
];

for (const [what, layers, text] of REFUSED) {
  Deno.test(`a bootstrap with ${what} is refused in Envoy's words`, async () => {
    const folder = new ResourceFolder();
    try {
      folder.write("envoy.yaml", `layered_runtime: { layers: [${layers}] }\nstatic_resources: {}\n`);
      const { code, stderr } = await runDenvoy(["-c", folder.at("envoy.yaml"), "--concurrency", "1"]);
      assert.equal(code, 1);
      assert.match(stderr, text);
    } finally {
      folder.remove();
    }
  });
}

Deno.test("without an admin layer /runtime_modify says so, and an empty layered_runtime has one without a name", async () => {
  {
    await using proxy = await startProxy({ config: layered("{ name: a, static_layer: { b: 1 } }") });
    assert.equal(await modifyRuntime(proxy, { b: "2" }), "503 No admin layer specified");
  }
  const config = bootstrapOf([httpListener("web", { routes: HELLO })], [staticCluster("web", [1])], [
    "layered_runtime: {}",
  ]);
  await using proxy = await startProxy({ config });
  assert.equal(await modifyRuntime(proxy, { b: "2" }), "200 OK\n");
  assert.deepEqual(JSON.parse(await proxy.admin("/runtime")), {
    entries: { b: { final_value: "2", layer_values: ["2"] } },
    layers: [""],
  });
});
