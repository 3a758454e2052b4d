/** Health of hosts by all who have a say in it: spec/upstream.md 4.1, 4.2, 5.4, 5.6, 6 and 7.3. */
import { assignment, edsCluster, endpoint, httpCheck, type Message, routeTo, staticCluster } from "../resources.ts";
import type { Scenario, ScenarioGroup } from "../scenario.ts";
import type { Mood } from "../scripted_origin.ts";
import type { Stage } from "../stage.ts";

const MEMBERS = ["membership_total", "membership_healthy", "membership_degraded", "membership_excluded"];
const GAUGES = [...MEMBERS, "health_check.healthy", "health_check.degraded"];
const STATUSES = ["UNKNOWN", "HEALTHY", "UNHEALTHY", "DRAINING", "TIMEOUT", "DEGRADED"];
const NO_PANIC = { common_lb_config: { healthy_panic_threshold: { value: 0 } } };

/** What checks say of every host. */
const CHECKS: readonly (readonly [name: string, check: Message | null, mood: Mood])[] = [
  ["no checks", null, 200],
  ["checks that pass", httpCheck(), 200],
  ["checks that say degraded", httpCheck(), { status: 200, fields: { "x-envoy-degraded": "1" } }],
  ["checks that fail", httpCheck(), 503],
  [
    "checks that fail at once",
    httpCheck(),
    { status: 503, fields: { "x-envoy-immediate-health-check-fail": "true" } },
  ],
  ["checks that time out", httpCheck({ timeout: "0.1s" }), "held"],
  ["checks that are reset", httpCheck(), "reset"],
];

const combinations = CHECKS.map(([name, check, mood]): Scenario => ({
  name: `every state of discovery with ${name}`,
  play: async (stage) => {
    const origins = await stage.origins("a", "b", "c", "d", "e", "f");
    for (const origin of origins) origin.health = mood;
    const endpoints = origins.map((origin, index) => endpoint(origin, { health_status: STATUSES[index] }));
    stage.write("eds", [assignment("web", endpoints)]);
    stage.write("cds", [
      edsCluster("web", stage.path("eds"), { ...NO_PANIC, ...check === null ? {} : { health_checks: [check] } }),
    ]);
    stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
    await stage.start();
    await stage.hosts("web", "health_flags");
    await stage.stats("cluster.web", ...GAUGES);
    await stage.askMany(12);
  },
}));

async function startWeb(stage: Stage, cluster: Message): Promise<void> {
  stage.write("cds", [cluster]);
  stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
  await stage.start();
}

const untilFlags = (stage: Stage, flags: string) =>
  stage.untilHosts("web", ["health_flags"], (lines) => lines.some((line) => line.endsWith(`health_flags ${flags}`)));

const OUTLIERS = { consecutive_5xx: 2, interval: "0.1s", base_ejection_time: "0.3s", max_ejection_percent: 100 };
const EJECTIONS = "cluster.web.outlier_detection";

export const HEALTH: ScenarioGroup = {
  name: "health",
  scenarios: [
    ...combinations,
    {
      name: "the first check that passes is enough, later ones are counted",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startWeb(
          stage,
          staticCluster("web", [a], { health_checks: [httpCheck({ healthy_threshold: 3, interval: "0.1s" })] }),
        );
        await stage.stats("cluster.web", ...GAUGES);
        a.health = 503;
        await stage.until("cluster.web.membership_healthy", 0);
        await stage.hosts("web", "health_flags");
        const before = await stage.stat("cluster.web.health_check.success");
        a.health = 200;
        await stage.until("cluster.web.membership_healthy", 1);
        const passes = await stage.stat("cluster.web.health_check.success") - before;
        stage.note(`healthy after ${passes >= 3 ? "three passes" : `${passes} passes`}`);
      },
    },
    {
      name: "a failure that may be tried again counts to the threshold",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        const check = httpCheck({ unhealthy_threshold: 3 }, { retriable_statuses: [{ start: 503, end: 504 }] });
        await startWeb(stage, staticCluster("web", [a], { health_checks: [check] }));
        const before = await stage.stat("cluster.web.health_check.failure");
        a.health = 503;
        await stage.until("cluster.web.membership_healthy", 0);
        const failures = await stage.stat("cluster.web.health_check.failure") - before;
        stage.note(`unhealthy after ${failures >= 3 ? "three failures" : `${failures} failures`}`);
        a.health = 200;
        await stage.until("cluster.web.membership_healthy", 1);
        a.health = 500;
        await stage.until("cluster.web.membership_healthy", 0);
        await stage.hosts("web", "health_flags");
      },
    },
    {
      name: "other statuses pass where they are expected",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        a.health = 404;
        const check = httpCheck({}, { expected_statuses: [{ start: 404, end: 405 }] });
        await startWeb(stage, staticCluster("web", [a], { health_checks: [check] }));
        await stage.hosts("web", "health_flags");
        a.health = 200;
        await untilFlags(stage, "/failed_active_hc");
        await stage.stats("cluster.web", ...GAUGES);
      },
    },
    {
      name: "flags follow what checks say",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startWeb(stage, staticCluster("web", [a], { health_checks: [httpCheck({ timeout: "0.2s" })] }));
        await untilFlags(stage, "healthy");
        a.health = { status: 200, fields: { "x-envoy-degraded": "" } };
        await untilFlags(stage, "/degraded_active_hc");
        await stage.stats("cluster.web", ...GAUGES);
        a.health = { status: 503, fields: { "x-envoy-degraded": "", "x-envoy-immediate-health-check-fail": "" } };
        await stage.until("cluster.web.membership_excluded", 1);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...GAUGES);
        a.health = 200;
        await untilFlags(stage, "healthy");
        a.health = "held";
        await untilFlags(stage, "/failed_active_hc/active_hc_timeout");
        a.health = 503;
        await untilFlags(stage, "/failed_active_hc");
        a.health = 200;
        await untilFlags(stage, "healthy");
        await stage.stats("cluster.web", ...GAUGES);
      },
    },
    {
      name: "an origin that goes fails its checks, and returns",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startWeb(stage, staticCluster("web", [a, b], { health_checks: [httpCheck()] }));
        await b.stop();
        await stage.until("cluster.web.membership_healthy", 1);
        await stage.hosts("web", "health_flags");
        await stage.askMany(6);
        await b.start();
        await stage.until("cluster.web.membership_healthy", 2);
        await stage.hosts("web", "health_flags");
        await stage.askMany(12);
      },
    },
    {
      name: "an answer says that its host fails",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        const slow = httpCheck({ interval: "60s", no_traffic_interval: "60s" });
        await startWeb(stage, staticCluster("web", [a, b], { health_checks: [slow] }));
        b.traffic = { status: 200, fields: { "x-envoy-immediate-health-check-fail": "true" } };
        await stage.askUntil('"b"');
        await stage.until("cluster.web.membership_healthy", 1);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...GAUGES, "health_check.passive_failure");
        await stage.askMany(6);
      },
    },
    {
      name: "without checks an answer that says its host fails is no matter",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        await startWeb(stage, staticCluster("web", [a]));
        a.traffic = { status: 200, fields: { "x-envoy-immediate-health-check-fail": "true" } };
        await stage.ask();
        await stage.hosts("web", "health_flags");
      },
    },
    {
      name: "panic sends requests to hosts that fail",
      play: async (stage) => {
        const [a, b, c] = await stage.origins("a", "b", "c");
        await startWeb(stage, staticCluster("web", [a, b, c], { health_checks: [httpCheck()] }));
        a.health = 503;
        await stage.until("cluster.web.membership_healthy", 2);
        await stage.askMany(12);
        b.health = 503;
        await stage.until("cluster.web.membership_healthy", 1);
        await stage.askMany(15);
        c.health = 503;
        await stage.until("cluster.web.membership_healthy", 0);
        await stage.askMany(15);
        b.health = 200;
        c.health = 200;
        await stage.until("cluster.web.membership_healthy", 2);
        await stage.askMany(12);
      },
    },
    {
      name: "without panic there is nobody to ask",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startWeb(stage, staticCluster("web", [a, b], { ...NO_PANIC, health_checks: [httpCheck()] }));
        a.health = 503;
        await stage.until("cluster.web.membership_healthy", 1);
        await stage.askMany(6);
        b.health = 503;
        await stage.until("cluster.web.membership_healthy", 0);
        await stage.ask();
        await stage.stats("cluster.web", "upstream_cx_none_healthy", "lb_healthy_panic");
      },
    },
    {
      name: "a host is ejected for its answers, and returns",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startWeb(stage, staticCluster("web", [a, b], { outlier_detection: OUTLIERS }));
        b.traffic = 503;
        await stage.askMany(12);
        await stage.until(`${EJECTIONS}.ejections_enforced_total`, (value) => value > 0);
        b.traffic = 200;
        await stage.until(`${EJECTIONS}.ejections_active`, 0);
        await stage.until("cluster.web.membership_healthy", 2);
        await stage.hosts("web", "health_flags");
        await stage.askMany(12);
        await stage.stats(EJECTIONS, "ejections_active", "ejections_overflow");
      },
    },
    {
      name: "an ejected host gets nothing",
      play: async (stage) => {
        const [a, b, c] = await stage.origins("a", "b", "c");
        const outlier_detection = { ...OUTLIERS, base_ejection_time: "100s" };
        await startWeb(stage, staticCluster("web", [a, b, c], { outlier_detection }));
        c.traffic = 500;
        await stage.askMany(15);
        await stage.until(`${EJECTIONS}.ejections_active`, 1);
        await stage.hosts("web", "health_flags");
        await stage.stats("cluster.web", ...MEMBERS);
        await stage.askMany(12);
      },
    },
    {
      name: "hosts that do not answer are ejected, no more than are allowed",
      play: async (stage) => {
        const [a, b, c] = await stage.origins("a", "b", "c");
        const outlier_detection = { ...OUTLIERS, base_ejection_time: "100s", max_ejection_percent: 34 };
        await startWeb(stage, staticCluster("web", [a, b, c], { outlier_detection, ...NO_PANIC }));
        a.traffic = "reset";
        b.traffic = "reset";
        c.traffic = "reset";
        await stage.askMany(18);
        await stage.until(`${EJECTIONS}.ejections_active`, (value) => value > 0);
        await stage.stats(EJECTIONS, "ejections_active", "ejections_enforced_total");
        await stage.stats("cluster.web", ...MEMBERS);
      },
    },
    {
      name: "a check that passes brings an ejected host back",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        const outlier_detection = { ...OUTLIERS, base_ejection_time: "100s" };
        await startWeb(stage, staticCluster("web", [a, b], { outlier_detection, health_checks: [httpCheck()] }));
        b.traffic = 503;
        await stage.askMany(8);
        await stage.until(`${EJECTIONS}.ejections_enforced_total`, (value) => value > 0);
        b.traffic = 200;
        await stage.until(`${EJECTIONS}.ejections_active`, 0);
        await stage.until("cluster.web.membership_healthy", 2);
        await stage.hosts("web", "health_flags");
      },
    },
  ],
};
