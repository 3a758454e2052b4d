/** Tests of the demo: its origins are where its configuration looks for them. */

import assert from "node:assert/strict";
import { loadBootstrap } from "../config/load.ts";
import { DEMO_CONFIG_URL } from "./bootstrap_file.ts";
import { DEMO_HOSTS } from "./demo_origins.ts";

const { snapshot, admin, runtime } = loadBootstrap({
  file: { text: await Deno.readTextFile(DEMO_CONFIG_URL), fileName: "demo.yaml" },
});

Deno.test("config/demo.yaml names the demo's hosts and no others", () => {
  const endpoints = snapshot.clusters.flatMap((cluster) => cluster.assignment.endpoints);
  assert.deepEqual(
    endpoints.map(({ hostname, address }) => ({ name: hostname, ...address })),
    DEMO_HOSTS.map(({ name, port }) => ({ name, kind: "ip", host: "127.0.0.1", port })),
  );
});

Deno.test("config/demo.yaml listens where the documentation says, with an admin layer", () => {
  assert.deepEqual(snapshot.listeners.flatMap((listener) => listener.addresses), [
    { kind: "ip", host: "127.0.0.1", port: 10_000 },
  ]);
  assert.deepEqual(admin.address, { kind: "ip", host: "127.0.0.1", port: 9901 });
  assert.ok(runtime.layers.some((layer) => layer.kind === "admin"));
});
