/** Runtime values that come by RTDS, and what they change: spec/xds.md 9.7, upstream.md 11 and 15. */
import { direct, fileSource, httpCheck, type Message, routeTo, runtimeLayer, staticCluster } from "../resources.ts";
import type { Scenario, ScenarioGroup } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const COUNTS = ["num_keys", "num_layers", "load_success", "load_error", "update_success", "update_rejected"];

/** A static layer under one that comes from a file. */
async function startRtds(
  stage: Stage,
  resources: readonly Message[],
  routes: readonly Message[],
  clusters: readonly Message[] = [],
): Promise<void> {
  stage.write("rtds", resources);
  stage.write("cds", clusters);
  stage.write("lds", [stage.listener({ routes })]);
  const layers = [
    { name: "base", static_layer: { "a.key": 1, "b.key": "base" } },
    { name: "over", rtds_layer: { name: "layer", rtds_config: fileSource(stage.path("rtds")) } },
  ];
  await stage.start({ fields: { layered_runtime: { layers } } });
}

const changeRuntime = (stage: Stage, resources: readonly Message[]) => stage.change("rtds", resources, "runtime");
const layer = (values: Message) => runtimeLayer("layer", values);

/** `new` for so many of a hundred requests, `old` for the others. */
const SWITCHED: readonly Message[] = [
  {
    ...direct("new"),
    match: { prefix: "/", runtime_fraction: { default_value: { numerator: 0 }, runtime_key: "switch" } },
  },
  direct("old"),
];

const tell = (stage: Stage) => stage.stats("runtime", ...COUNTS);

const BAD: readonly (readonly [name: string, resources: readonly Message[]])[] = [
  ["of another name", [runtimeLayer("other", { switch: 0 })]],
  ["that are two", [layer({ switch: 0 }), runtimeLayer("other", {})]],
  ["that are none", []],
  ["with a list for a value", [layer({ switch: [1, 2] })]],
  ["with null for a value", [layer({ switch: null })]],
];

const bad = BAD.map(([name, resources]): Scenario => ({
  name: `values ${name} leave those that were there`,
  play: async (stage) => {
    await startRtds(stage, [layer({ switch: 100 })], SWITCHED);
    await stage.ask();
    await changeRuntime(stage, resources);
    await stage.ask();
    await tell(stage);
  },
}));

export const RUNTIME: ScenarioGroup = {
  name: "runtime",
  scenarios: [
    ...bad,
    {
      name: "values change",
      play: async (stage) => {
        await startRtds(stage, [layer({ "a.key": 2, switch: 0 })], SWITCHED);
        await stage.ask();
        await tell(stage);
        await changeRuntime(stage, [layer({ switch: 100, "c.key": true, nested: { "d.key": "text" } })]);
        await stage.askUntil('"new"');
        await tell(stage);
        await changeRuntime(stage, [layer({ switch: { numerator: 0, denominator: "HUNDRED" } })]);
        await stage.askUntil('"old"');
        await tell(stage);
        await changeRuntime(stage, [layer({})]);
        await tell(stage);
      },
    },
    {
      name: "breakers are overridden",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        const web = staticCluster("web", [a], { circuit_breakers: { thresholds: [{ max_requests: 1 }] } });
        await startRtds(stage, [layer({})], [routeTo("web")], [web]);
        a.traffic = "held";
        const first = stage.begin("/held");
        await a.untilHeld("traffic", 1);
        await stage.ask("/full");
        await stage.stats("cluster.web", "circuit_breakers.default.rq_open", "upstream_rq_pending_overflow");
        await changeRuntime(stage, [layer({ "circuit_breakers.web.default.max_requests": 2 })]);
        const second = stage.begin("/held");
        await a.untilHeld("traffic", 2);
        await stage.ask("/full");
        a.traffic = 200;
        await first.tell();
        await second.tell();
        await changeRuntime(stage, [layer({ "circuit_breakers.web.default.max_requests": 0 })]);
        await stage.askUntil("503", "/none");
        await changeRuntime(stage, [layer({})]);
        await stage.askUntil("200", "/again");
        await stage.hosts("web", "health_flags");
      },
    },
    {
      name: "panic is switched off",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        a.health = 503;
        await startRtds(stage, [layer({})], [routeTo("web")], [
          staticCluster("web", [a], { health_checks: [httpCheck()] }),
        ]);
        await stage.ask();
        await changeRuntime(stage, [layer({ "upstream.healthy_panic_threshold": 0 })]);
        a.health = 200;
        await stage.until("cluster.web.membership_healthy", 1);
        a.health = 503;
        await stage.until("cluster.web.membership_healthy", 0);
        await stage.ask();
      },
    },
    {
      name: "a cluster is under maintenance",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startRtds(stage, [layer({})], [routeTo("web")], [staticCluster("web", [a])]);
        await stage.ask();
        await changeRuntime(stage, [layer({ "upstream.maintenance_mode.web": 100 })]);
        await stage.askUntil("503");
        await stage.stats("cluster.web", "upstream_rq_maintenance_mode");
        await changeRuntime(stage, [layer({})]);
        await stage.askUntil("200");
      },
    },
  ],
};
