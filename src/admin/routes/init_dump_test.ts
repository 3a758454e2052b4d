import assert from "node:assert/strict";
import type { Unready, Wait } from "../../control/timeline.ts";
import { SampleSource } from "../sample_source.ts";
import { AdminQuery } from "../query.ts";
import { initDumpCommand } from "./init_dump.ts";

const wait = (kind: Wait["kind"], subject: string): Wait => ({
  kind,
  subject,
  source: "",
  sinceMs: 0,
  untilMs: null,
  lastError: "",
});

const unready = (kind: Unready["kind"], name: string, ...waits: Wait[]): Unready => ({
  kind,
  name,
  phase: "",
  version: "",
  activeVersion: null,
  sinceMs: 0,
  phases: [],
  waits,
  blocks: [],
  superseded: 0,
});

async function dump(query: string, ...items: Unready[]): Promise<unknown> {
  const source = new SampleSource();
  source.unreadyList = items;
  const request = new Request(`http://localhost/init_dump?${query}`);
  const response = await initDumpCommand(source).answer(new AdminQuery(query), request, "ana");
  assert.equal(response.headers.get("content-type"), "application/json");
  return JSON.parse(await response.text());
}

const ALL = [
  unready("listener", "l", wait("rds", "q")),
  unready("cluster", "web", wait("eds", "web-v2"), wait("health_check", "1/3")),
  unready("server", "", wait("cds", ""), wait("lds", ""), wait("rtds", "base")),
  unready("route_config", "q"),
];

Deno.test("/init_dump is empty when everything is ready", async () => {
  assert.deepEqual(await dump(""), {});
});

Deno.test("/init_dump names what is not ready and what it waits for", async () => {
  assert.deepEqual(await dump("", ...ALL), {
    unready_targets_dumps: [
      { name: "init manager Server", target_names: ["target CDS", "target LDS", "target RTDS base"] },
      { name: "init manager Cluster web", target_names: ["target EDS web-v2", "target HealthCheck 1/3"] },
      {
        name: "init manager Listener-local-init-manager l",
        target_names: ["shared target RdsRouteConfigSubscription RDS init q"],
      },
    ],
  });
});

Deno.test("/init_dump shows one component, or none that there is not", async () => {
  const one = await dump("mask=listener", ...ALL) as { unready_targets_dumps: readonly unknown[] };
  assert.equal(one.unready_targets_dumps.length, 1);
  assert.deepEqual(await dump("mask=zone", ...ALL), {});
  assert.deepEqual(await dump("mask=", ...ALL), await dump("", ...ALL));
});
