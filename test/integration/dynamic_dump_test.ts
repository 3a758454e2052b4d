/** What the admin says of resources that came from files: which are in force, which warm, and which were refused and why. */
import assert from "node:assert/strict";
import { ChurnFiles } from "../soak/churn_files.ts";
import { SilentHost } from "../support/silent_host.ts";
import { startProxy } from "../support/proxy.ts";

const CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
const CHECKS = "health_checks: [{ timeout: 60s, interval: 60s, unhealthy_threshold: 1, healthy_threshold: 1, " +
  "http_health_check: { path: / } }]";

Deno.test("/config_dump, /clusters and /init_dump tell what is active, what warms and what was refused", async () => {
  const directory = await Deno.makeTempDir({ prefix: "denvoy-test-" });
  const files = new ChurnFiles(directory, { connectTimeoutMs: 1000, ports: [], weight: 50, serverName: "denvoy" });
  await using proxy = await startProxy({ config: files.bootstrap });
  await using silent = await SilentHost.start();
  const endpoint = `{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${silent.port} } } } }`;
  files.write("cds", [
    `\n- { "@type": ${CLUSTER}, name: web, connect_timeout: 3s }`,
    `\n- { "@type": ${CLUSTER}, name: slow, ${CHECKS}, load_assignment: { cluster_name: slow, endpoints: [{ ` +
    `lb_endpoints: [${endpoint}] }] } }`,
    `\n- { "@type": ${CLUSTER}, name: bad, type: EDS }`,
  ]);
  await proxy.until("the files were taken", async () => await proxy.stat("cluster_manager.cds.update_rejected") === 1);
  const dump = JSON.parse(await proxy.admin("/config_dump"));
  const [, clusters, listeners, , routes] = dump.configs;
  const named = (list: { readonly cluster?: { readonly name: string }; readonly client_status: string }[]) =>
    list.map(({ cluster, client_status }) => [cluster?.name, client_status]);
  assert.deepEqual(named(clusters.dynamic_active_clusters), [["web", "ACKED"], [undefined, "NACKED"]]);
  assert.deepEqual(named(clusters.dynamic_warming_clusters), [["slow", "REQUESTED"]]);
  const { failed_configuration, details } = clusters.dynamic_active_clusters[1].error_state;
  assert.equal(failed_configuration.name, "bad");
  assert.match(details, /cannot create an EDS cluster without an EDS config/);
  assert.deepEqual(Object.keys(listeners.dynamic_listeners[0]), ["name", "active_state", "client_status"]);
  assert.equal(routes.dynamic_route_configs[0].route_config.name, "routes");

  assert.doesNotMatch(await proxy.admin("/clusters"), /^slow/m);
  assert.match(await proxy.admin("/clusters?include_warming"), /^slow::warming::true$/m);
  const statuses = JSON.parse(await proxy.admin("/clusters?format=json&include_warming")).cluster_statuses;
  const slow = statuses.find(({ name }: { readonly name: string }) => name === "slow");
  assert.deepEqual([slow.warming.phase, slow.warming.waiting_for[0].name], ["health_checking", "0/1"]);
  assert.deepEqual(JSON.parse(await proxy.admin("/init_dump")).unready_targets_dumps, [
    { name: "init manager Cluster slow", target_names: ["target HealthCheck 0/1"] },
  ]);
  await Deno.remove(directory, { recursive: true });
});
