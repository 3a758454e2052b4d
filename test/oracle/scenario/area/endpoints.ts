/** Hosts of EDS: which responses are taken, and what becomes of hosts that come, change and go: spec/upstream.md 3.5, 4.3, 4.4. */
import { assignment, edsCluster, endpoint, httpCheck, localities, type Message, routeTo } from "../resources.ts";
import type { Scenario, ScenarioGroup } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const CHECKED = { health_checks: [httpCheck()] };
const MEMBERS = ["membership_total", "membership_healthy", "membership_degraded", "membership_excluded"];
const UPDATES = ["update_success", "update_rejected", "update_failure", "update_empty", "update_no_rebuild"];
const PASS_BY_HEALTH = "cluster.web.membership_healthy";

/** One EDS cluster `web` that everything goes to. */
async function startEds(stage: Stage, resources: readonly Message[], fields: Message = {}): Promise<void> {
  stage.write("eds", resources);
  stage.write("cds", [edsCluster("web", stage.path("eds"), fields)]);
  stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
  await stage.start();
}

const changeHosts = (stage: Stage, resources: readonly Message[]) => stage.change("eds", resources, "cluster.web");
const web = (endpoints: readonly Message[], fields: Message = {}) => assignment("web", endpoints, fields);

/** Responses that are refused or bring nothing: what was there stays. */
const KEEPING: readonly (readonly [name: string, resources: (b: Message) => readonly Message[]])[] = [
  ["an assignment of another name", (b) => [assignment("other", [b])]],
  ["two assignments", (b) => [web([b]), assignment("other", [b])]],
  ["no assignment", () => []],
  ["the same assignment", () => []],
  ["a value out of its range", (b) => [localities("web", [{ priority: 129, lb_endpoints: [b] }])]],
  ["a host name", () => [web([{ endpoint: { address: { socket_address: { address: "a.b", port_value: 1 } } } }])]],
  ["two drop overloads", (b) => [
    web([b], { policy: { drop_overloads: ["x", "y"].map((category) => ({ category, drop_percentage: {} })) } }),
  ]],
];

const keeping = KEEPING.map(([name, resources]): Scenario => ({
  name: `${name} leaves the hosts that were there`,
  play: async (stage) => {
    const [a, b] = await stage.origins("a", "b");
    await startEds(stage, [web([endpoint(a)])]);
    await stage.ask();
    await changeHosts(stage, name.startsWith("the same") ? [web([endpoint(a)])] : resources(endpoint(b)));
    await stage.ask();
    await stage.hosts("web", "health_flags");
    await stage.stats("cluster.web", ...UPDATES, ...MEMBERS);
    await changeHosts(stage, [web([endpoint(b)])]);
    await stage.askUntil('"b"');
    await stage.stats("cluster.web", ...UPDATES);
  },
}));

const FIRST: readonly (readonly [name: string, resources: readonly Message[]])[] = [
  ["is of another name", [assignment("other", [])]],
  ["is two", [web([]), assignment("other", [])]],
  ["has nothing", []],
  ["has no endpoints", [web([])]],
];

const first = FIRST.map(([name, resources]): Scenario => ({
  name: `a first response that ${name} makes a cluster without hosts`,
  play: async (stage) => {
    const [a] = await stage.origins("a");
    await startEds(stage, resources);
    await stage.ask();
    await stage.hosts("web", "health_flags");
    await stage.dump("clusters");
    await stage.stats("cluster.web", ...UPDATES, ...MEMBERS, "warming_state");
    await changeHosts(stage, [web([endpoint(a)])]);
    await stage.askUntil('"a"');
  },
}));

/** A host goes from the assignment: `fields` of the cluster, and what there is before and after. */
interface Going {
  readonly name: string;
  readonly cluster: Message;
  readonly of?: (endpoint: Message) => Message;
  readonly health?: 200 | 503;
}

const GOING: readonly Going[] = [
  { name: "without checks", cluster: {} },
  { name: "whose checks pass", cluster: CHECKED },
  { name: "whose checks fail", cluster: CHECKED, health: 503 },
  { name: "whose checks pass and do not count", cluster: { ...CHECKED, ignore_health_on_host_removal: true } },
  {
    name: "whose checks are switched off",
    cluster: CHECKED,
    of: ({ endpoint: inner }) => ({
      endpoint: { ...inner as Message, health_check_config: { disable_active_health_check: true } },
    }),
  },
  {
    name: "whose checks pass and discovery says unhealthy",
    cluster: CHECKED,
    of: (one) => ({ ...one, health_status: "UNHEALTHY" }),
  },
  {
    name: "whose checks pass and discovery says draining",
    cluster: CHECKED,
    of: (one) => ({ ...one, health_status: "DRAINING" }),
  },
];

const going = GOING.map(({ name, cluster, of = (one) => one, health = 200 }): Scenario => ({
  name: `a host ${name} goes`,
  play: async (stage) => {
    const [a, b] = await stage.origins("a", "b");
    b.health = health;
    await startEds(stage, [web([endpoint(a), of(endpoint(b))])], cluster);
    await stage.hosts("web", "health_flags");
    await stage.stats("cluster.web", ...MEMBERS);
    await changeHosts(stage, [web([endpoint(a)])]);
    await stage.hosts("web", "health_flags");
    await stage.stats("cluster.web", ...MEMBERS, "membership_change");
    await stage.askMany(12);
    b.health = 503;
    await stage.until("cluster.web.membership_total", 1);
    await stage.hosts("web", "health_flags");
  },
}));

export const ENDPOINTS: ScenarioGroup = {
  name: "endpoints",
  scenarios: [
    ...keeping,
    ...first,
    ...going,
    {
      name: "a host that went and is kept returns",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startEds(stage, [web([endpoint(a), endpoint(b)])], CHECKED);
        await changeHosts(stage, [web([endpoint(a)])]);
        await stage.hosts("web", "health_flags");
        await changeHosts(stage, [web([endpoint(a), endpoint(b)])]);
        await stage.hosts("web", "health_flags");
        b.health = 503;
        await stage.until(PASS_BY_HEALTH, 1);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...MEMBERS, "membership_change");
      },
    },
    {
      name: "all hosts go and are kept by their checks",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startEds(stage, [web([endpoint(a), endpoint(b)])], CHECKED);
        await changeHosts(stage, [web([])]);
        await stage.hosts("web", "health_flags");
        await stage.askMany(12);
        a.health = 503;
        await stage.until("cluster.web.membership_total", 1);
        b.health = 503;
        await stage.until("cluster.web.membership_total", 0);
        await stage.ask();
      },
    },
    {
      name: "an ejected host whose checks pass goes",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        const outlier_detection = {
          consecutive_5xx: 1,
          base_ejection_time: "100s",
          max_ejection_percent: 100,
          successful_active_health_check_uneject_host: false,
        };
        await startEds(stage, [web([endpoint(a), endpoint(b)])], { ...CHECKED, outlier_detection });
        b.traffic = 500;
        await stage.askUntil('"b"');
        await stage.until("cluster.web.outlier_detection.ejections_active", 1);
        await stage.hosts("web", "health_flags");
        await changeHosts(stage, [web([endpoint(a)])]);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...MEMBERS, "outlier_detection.ejections_active");
      },
    },
    {
      name: "weights, priorities and states change in place",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        const fields = ["health_flags", "weight", "priority", "zone", "canary"];
        await startEds(stage, [web([endpoint(a), endpoint(b)])]);
        await stage.hosts("web", ...fields);
        await changeHosts(stage, [web([endpoint(a, { load_balancing_weight: 7 }), endpoint(b)])]);
        await stage.hosts("web", ...fields);
        await stage.stats("cluster.web", "max_host_weight", "membership_change");
        await changeHosts(stage, [
          localities("web", [
            { lb_endpoints: [endpoint(a, { health_status: "DEGRADED" })] },
            { priority: 1, lb_endpoints: [endpoint(b)] },
          ]),
        ]);
        await stage.hosts("web", ...fields);
        await stage.stats("cluster.web", "max_host_weight", "membership_change", ...MEMBERS);
        const metadata = { filter_metadata: { "envoy.lb": { canary: true } } };
        await changeHosts(stage, [
          localities("web", [{ locality: { zone: "z" }, lb_endpoints: [endpoint(a, { metadata }), endpoint(b)] }]),
        ]);
        await stage.hosts("web", ...fields);
        await stage.stats("cluster.web", "max_host_weight", "membership_change", ...MEMBERS);
      },
    },
    {
      name: "of a host that is twice in an assignment the first counts",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startEds(stage, [
          localities("web", [
            { lb_endpoints: [endpoint(a, { load_balancing_weight: 3 }), endpoint(a)] },
            { priority: 1, lb_endpoints: [endpoint(a)] },
          ]),
        ]);
        await stage.hosts("web", "weight", "priority");
        await stage.stats("cluster.web", ...MEMBERS);
        await stage.ask();
      },
    },
    {
      name: "a cluster asks by its service name",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        const eds = { path_config_source: { path: stage.path("eds") }, resource_api_version: "V3" };
        await startEds(stage, [assignment("service", [endpoint(a)])], {
          eds_cluster_config: { service_name: "service", eds_config: eds },
        });
        await stage.ask();
        await changeHosts(stage, [web([endpoint(b)])]);
        await stage.ask();
      },
    },
    {
      name: "a source that does not exist refuses its cluster",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startEds(stage, [web([endpoint(a)])]);
        await stage.changeClusters([edsCluster("web", stage.path("nowhere"))]);
        await stage.ask();
        await stage.dump("clusters");
      },
    },
    {
      name: "a changed cluster takes its hosts from the file anew",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startEds(stage, [web([endpoint(a)])], CHECKED);
        await stage.ask();
        await stage.changeClusters([edsCluster("web", stage.path("eds"), { ...CHECKED, connect_timeout: "2s" })]);
        await stage.until("cluster_manager.warming_clusters", 0);
        await stage.ask();
        await stage.hosts("web", "health_flags", "cx_total", "rq_total");
        await stage.stats("cluster.web", ...UPDATES, ...MEMBERS, "membership_change", "upstream_rq_total");
      },
    },
    {
      name: "a new host waits for its first check, the others serve",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startEds(stage, [web([endpoint(a)])], CHECKED);
        b.health = "held";
        await changeHosts(stage, [web([endpoint(a), endpoint(b)])]);
        await b.untilHeld("health", 1);
        await stage.hosts("web", "health_flags");
        await stage.askMany(6);
        b.health = 200;
        await stage.until(PASS_BY_HEALTH, 2);
        await stage.hosts("web", "health_flags");
        await stage.askMany(12);
      },
    },
    {
      name: "a new host that is left out until its first check",
      play: async (stage) => {
        const [a, b, c] = await stage.origins("a", "b", "c");
        await startEds(stage, [web([endpoint(a)])], {
          ...CHECKED,
          common_lb_config: { ignore_new_hosts_until_first_hc: true },
        });
        b.health = "held";
        c.health = "held";
        await changeHosts(stage, [web([endpoint(a), endpoint(b), endpoint(c)])]);
        await b.untilHeld("health", 1);
        await c.untilHeld("health", 1);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...MEMBERS);
        await stage.askMany(6);
        b.health = 503;
        c.health = 200;
        await stage.until("cluster.web.membership_excluded", 0);
        await stage.until(PASS_BY_HEALTH, 2);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...MEMBERS);
      },
    },
  ],
};
