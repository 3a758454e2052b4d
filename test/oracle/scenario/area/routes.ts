/** Routes that come by RDS: spec/xds.md 9.4. */
import { direct, type Message, routes, routeTo, staticCluster } from "../resources.ts";
import type { Scenario, ScenarioGroup } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const ROOT = "http.web.rds.r";
const COUNTS = ["update_success", "update_rejected", "update_failure", "update_empty", "config_reload"];

async function startRds(stage: Stage, resources: readonly Message[] | string): Promise<void> {
  if (typeof resources === "string") stage.writeText("rds", resources);
  else stage.write("rds", resources);
  stage.write("lds", [stage.listener({ rds: { path: stage.path("rds"), name: "r" } })]);
  await stage.start();
}

const changeRoutes = (stage: Stage, resources: readonly Message[]) => stage.change("rds", resources, ROOT);

const BAD: readonly (readonly [name: string, resources: readonly Message[]])[] = [
  ["of another name", [routes("other", [direct("b")])]],
  ["that are two", [routes("r", [direct("b")]), routes("other", [direct("b")])]],
  ["that are none", []],
  ["with a regular expression that is none", [
    routes("r", [{ ...direct("b"), match: { safe_regex: { regex: "(" } } }]),
  ]],
  ["with a domain twice", [
    { ...routes("r", []), virtual_hosts: ["x", "y"].map((name) => ({ name, domains: ["d"], routes: [direct("b")] })) },
  ]],
  ["that lead to unknown clusters where they are looked up", [
    routes("r", [routeTo("none")], { validate_clusters: true }),
  ]],
  ["without a name", [routes("", [direct("b")])]],
];

const bad = BAD.flatMap(([name, resources]): Scenario[] => [
  {
    name: `routes ${name} leave those that were there`,
    play: async (stage) => {
      await startRds(stage, [routes("r", [direct("a")])]);
      await stage.ask();
      await changeRoutes(stage, resources);
      await stage.ask();
      await stage.dump("routes");
      await stage.stats(ROOT, ...COUNTS);
      await changeRoutes(stage, [routes("r", [direct("c")])]);
      await stage.askUntil('"c"');
    },
  },
]);

export const ROUTE_UPDATES: ScenarioGroup = {
  name: "routes",
  scenarios: [
    ...bad,
    {
      name: "a listener whose first routes are of another name answers 404",
      play: async (stage) => {
        await startRds(stage, [routes("other", [direct("a")])]);
        await stage.listeners();
        await stage.ask();
        await stage.dump("routes", "listeners");
        await stage.stats(ROOT, ...COUNTS);
        await changeRoutes(stage, [routes("r", [direct("b")])]);
        await stage.askUntil('"b"');
        await stage.dump("routes");
      },
    },
    {
      name: "a listener whose first routes cannot be read answers 404",
      play: async (stage) => {
        await startRds(stage, "resources: [");
        await stage.ask();
        await stage.stats(ROOT, ...COUNTS);
      },
    },
    {
      name: "routes change",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("one", [a]), staticCluster("two", [b])]);
        await startRds(stage, [routes("r", [routeTo("one")])]);
        await stage.ask();
        a.traffic = "held";
        const asked = stage.begin();
        await a.untilHeld("traffic", 1);
        await changeRoutes(stage, [routes("r", [routeTo("two")])]);
        await stage.ask();
        a.traffic = 200;
        await asked.tell();
      },
    },
    {
      name: "the same routes again change nothing",
      play: async (stage) => {
        await startRds(stage, [routes("r", [direct("a")])]);
        await changeRoutes(stage, [routes("r", [direct("a")])]);
        await stage.stats(ROOT, ...COUNTS);
        await stage.dump("routes");
      },
    },
    {
      name: "routes lead to a cluster before it is there",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startRds(stage, [routes("r", [routeTo("late")])]);
        await stage.ask();
        await stage.changeClusters([staticCluster("late", [a])]);
        await stage.ask();
      },
    },
    {
      name: "two listeners share their routes, which go with the last of them",
      play: async (stage) => {
        stage.write("rds", [routes("r", [direct("a")])]);
        const rds = { path: stage.path("rds"), name: "r" };
        const web = stage.listener({ rds }), alt = stage.listener({ rds }, "alt");
        stage.write("lds", [web, alt]);
        await stage.start();
        await stage.ask("/");
        await stage.ask("/", {}, "alt");
        await changeRoutes(stage, [routes("r", [direct("b")])]);
        await stage.askUntil('"b"');
        await stage.askUntil('"b"', "/", {}, "alt");
        await stage.dump("routes");
        await stage.changeListeners([web]);
        await stage.dump("routes");
        await stage.ask("/");
      },
    },
  ],
};
