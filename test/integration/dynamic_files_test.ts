/** Files of clusters, hosts and listeners, however they change, with real processes: spec/xds.md 16, lines 2 and 7. */
import assert from "node:assert/strict";
import { DynamicFiles, route, staticCluster } from "../support/dynamic_files.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

async function ask(address: string): Promise<string> {
  return (await askRaw(address, GET)).body;
}

async function dump(proxy: RunningProxy, resource: string) {
  return JSON.parse(await proxy.admin(`/config_dump?resource=${resource}`)).configs ?? [];
}

Deno.test("16.2: of three clusters a bad one is refused by name and the others are live; one that breaks a constraint costs all", async () => {
  await using origin = startOrigin(() => new Response("here"));
  using files = new DynamicFiles();
  files.serve("routes", route("/", "three"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  const stat = (name: string) => proxy.stat(`cluster_manager.${name}`);
  const version = await stat("cds.version");
  files.clusters(
    staticCluster("one", [origin.port]),
    { name: "two", type: "EDS" },
    staticCluster("three", [origin.port]),
  );
  await proxy.until("the file was refused", async () => await stat("cds.update_rejected") === 1);
  await proxy.untilLogged(/Error adding\/updating cluster\(s\) two: /);
  assert.deepEqual([await stat("active_clusters"), await stat("cds.version")], [2, version]);
  await proxy.until("workers have them", async () => await ask(proxy.listenerUrl("web")) === "here");
  const names = (await dump(proxy, "dynamic_active_clusters")).map(({ cluster }: { cluster?: { name: string } }) =>
    cluster?.name
  );
  assert.deepEqual(names, ["one", "three", undefined]);
  // Not even what is good in it, and nothing goes.
  files.clusters(
    staticCluster("four", [origin.port]),
    staticCluster("five", [origin.port], { connect_timeout: "-1s" }),
  );
  await proxy.until("the file was refused", async () => await stat("cds.update_rejected") === 2);
  assert.deepEqual([await stat("active_clusters"), await stat("cds.version")], [2, version]);
  assert.equal(await ask(proxy.listenerUrl("web")), "here");
  assert.equal(await proxy.stat("cluster.four.membership_total"), 0);
});

/** How a file comes to hold something else. */
const WAYS: Readonly<Record<string, (files: DynamicFiles, name: string, text: string) => void>> = {
  "mv": (files, name, text) => files.move(name, text),
  "an edit in place": (files, name, text) => files.folder.write(`${name}.yaml`, text),
};

for (const [way, put] of Object.entries(WAYS)) {
  Deno.test(`16.7: files of clusters, hosts and listeners are taken that change by ${way}, and broken ones change nothing`, async () => {
    await using one = startOrigin(() => new Response("one"));
    await using two = startOrigin(() => new Response("two"));
    using files = new DynamicFiles();
    files.hosts("svc", one.port);
    files.clusters(files.edsCluster("web", "svc"));
    files.serve("routes", route("/", "web"));
    await using proxy = await startProxy({ config: files.bootstrap() });
    const url = proxy.listenerUrl("web");
    assert.equal(await ask(url), "one");
    const hostsText = Deno.readTextFileSync(files.path("svc"));
    put(files, "svc", hostsText.replace(String(one.port), String(two.port)));
    await proxy.until("the hosts are others", async () => await ask(url) === "two");
    put(files, "cds", files.response("cluster.v3.Cluster", [staticCluster("web", [one.port])]));
    await proxy.until("the cluster is another", async () => await ask(url) === "one");
    const listeners = [files.listener("web", "routes"), files.listener("late", "routes")];
    put(files, "lds", files.response("listener.v3.Listener", listeners));
    await proxy.until("the listener is there", async () => (await proxy.admin("/listeners")).includes("late::"));
    const late = /^late::(.*)$/m.exec(await proxy.admin("/listeners"))![1]!;
    await proxy.until("it serves", async () => await ask(late).catch(() => "") === "one");
    for (const [name, failures] of [["cds", "cluster_manager.cds"], ["lds", "listener_manager.lds"]] as const) {
      const text = Deno.readTextFileSync(files.path(name));
      put(files, name, text.slice(0, text.length / 2));
      await proxy.until(`${name} failed`, async () => await proxy.stat(`${failures}.update_failure`) === 1);
    }
    assert.deepEqual([await ask(url), await ask(late)], ["one", "one"]);
    put(files, "lds", files.response("listener.v3.Listener", [files.listener("web", "routes")]));
    await proxy.until("the listener is gone", async () => !(await proxy.admin("/listeners")).includes("late::"));
    assert.equal(await ask(url), "one");
  });
}

Deno.test("16.7: a ConfigMap's ..data is followed for clusters, hosts and listeners, with watched_directory", async () => {
  await using one = startOrigin(() => new Response("one"));
  await using two = startOrigin(() => new Response("two"));
  using files = new DynamicFiles();
  const { folder } = files;
  files.routes("routes", route("/", "web"));
  folder.makeFolder("mount");
  const mounted = (name: string) => ({
    path_config_source: { path: folder.at(`mount/${name}.yaml`), watched_directory: { path: folder.at("mount") } },
    resource_api_version: "V3",
  });
  /** A generation of the mount: a folder of its own, to which `..data` is led. */
  const mount = (generation: string, port: number, ...listeners: readonly string[]) => {
    folder.makeFolder(`mount/..${generation}`);
    const write = (name: string, text: string) => folder.write(`mount/..${generation}/${name}.yaml`, text);
    const web = { name: "web", type: "EDS", eds_cluster_config: { service_name: "svc", eds_config: mounted("svc") } };
    write("cds", files.response("cluster.v3.Cluster", [web]));
    write("lds", files.response("listener.v3.Listener", listeners.map((name) => files.listener(name, "routes"))));
    files.hosts("svc", port);
    write("svc", Deno.readTextFileSync(files.path("svc")));
    folder.link("mount/..data", `..${generation}`);
  };
  mount("1", one.port, "web");
  for (const name of ["cds", "lds", "svc"]) folder.link(`mount/${name}.yaml`, `..data/${name}.yaml`);
  await using proxy = await startProxy({
    config: files.bootstrap({ dynamic_resources: { cds_config: mounted("cds"), lds_config: mounted("lds") } }),
  });
  const url = proxy.listenerUrl("web");
  assert.equal(await ask(url), "one");
  mount("2", two.port, "web", "late");
  await proxy.until("the hosts are others", async () => await ask(url) === "two");
  await proxy.until("the listener is there", async () => (await proxy.admin("/listeners")).includes("late::"));
  assert.equal(await proxy.stat("cluster_manager.cluster_modified"), 0, "the same cluster is nothing new");
  mount("3", one.port, "web");
  await proxy.until("the hosts are the first again", async () => await ask(url) === "one");
  await proxy.until("the listener is gone", async () => !(await proxy.admin("/listeners")).includes("late::"));
});
