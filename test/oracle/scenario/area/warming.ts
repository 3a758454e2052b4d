/** Clusters that come, change and go by CDS: spec/upstream.md 9, xds.md 7.3 and 9.1. */
import { assignment, edsCluster, endpoint, httpCheck, routeTo, staticCluster } from "../resources.ts";
import type { ScenarioGroup } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MANAGER = "cluster_manager";
const CHECKED = { health_checks: [httpCheck()] };

/** `/NAME` goes to the cluster of that name, `/missing` and `/broken` with other codes. */
async function startRouting(stage: Stage, ...names: string[]): Promise<void> {
  stage.write("lds", [stage.listener({
    routes: [
      ...names.flatMap((name) => [
        routeTo(name, `/${name}/404`, { cluster_not_found_response_code: "NOT_FOUND" }),
        routeTo(name, `/${name}/500`, { cluster_not_found_response_code: "INTERNAL_SERVER_ERROR" }),
        routeTo(name, `/${name}`),
      ]),
    ],
  })]);
  await stage.start();
}

const tellCounts = (stage: Stage) =>
  stage.stats(MANAGER, "cluster_added", "cluster_modified", "cluster_removed", "active_clusters", "warming_clusters");

export const WARMING: ScenarioGroup = {
  name: "warming",
  scenarios: [
    {
      name: "a new cluster is not there before its first checks",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        a.health = "held";
        await startRouting(stage, "web");
        await stage.ask("/web");
        await stage.changeClusters([staticCluster("web", [a], CHECKED)]);
        await a.untilHeld("health", 1);
        await stage.ask("/web");
        await stage.ask("/web/404");
        await stage.ask("/web/500");
        await stage.hosts("web", "health_flags");
        await stage.dump("clusters");
        await tellCounts(stage);
        a.health = 200;
        await stage.until(`${MANAGER}.warming_clusters`, 0);
        await stage.ask("/web");
        await stage.hosts("web", "health_flags");
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "a new cluster whose first checks fail",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        a.health = 503;
        await startRouting(stage, "web");
        await stage.changeClusters([
          staticCluster("web", [a], { ...CHECKED, common_lb_config: { healthy_panic_threshold: { value: 0 } } }),
        ]);
        await stage.until(`${MANAGER}.warming_clusters`, 0);
        await stage.until("cluster.web.membership_total", 1);
        await stage.ask("/web");
        await stage.hosts("web", "health_flags");
        a.health = 200;
        await stage.until("cluster.web.membership_healthy", 1);
        await stage.ask("/web");
        await stage.hosts("web", "health_flags");
      },
    },
    {
      name: "the old cluster serves while the new one warms",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("web", [a], CHECKED)]);
        await startRouting(stage, "web");
        await stage.ask("/web");
        b.health = "held";
        await stage.changeClusters([staticCluster("web", [b], CHECKED)]);
        await b.untilHeld("health", 1);
        await stage.ask("/web");
        await stage.hosts("web", "health_flags");
        await stage.dump("clusters");
        await tellCounts(stage);
        b.health = 200;
        await stage.until(`${MANAGER}.warming_clusters`, 0);
        await stage.ask("/web");
        await stage.hosts("web", "health_flags");
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "a cluster is changed again while it warms",
      play: async (stage) => {
        const [a, b, c] = await stage.origins("a", "b", "c");
        b.health = "held";
        stage.write("cds", [staticCluster("web", [a], CHECKED)]);
        await startRouting(stage, "web");
        await stage.changeClusters([staticCluster("web", [b], CHECKED)]);
        await b.untilHeld("health", 1);
        await stage.changeClusters([staticCluster("web", [c], CHECKED)]);
        await stage.until(`${MANAGER}.warming_clusters`, 0);
        await stage.ask("/web");
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "a cluster goes back to what it was while its change warms",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        b.health = "held";
        stage.write("cds", [staticCluster("web", [a], CHECKED)]);
        await startRouting(stage, "web");
        await stage.changeClusters([staticCluster("web", [b], CHECKED)]);
        await b.untilHeld("health", 1);
        await stage.changeClusters([staticCluster("web", [a], CHECKED)]);
        await stage.until(`${MANAGER}.warming_clusters`, 0);
        await stage.ask("/web");
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "a new cluster is removed while it warms",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        a.health = "held";
        await startRouting(stage, "web");
        await stage.changeClusters([staticCluster("web", [a], CHECKED)]);
        await a.untilHeld("health", 1);
        await stage.changeClusters([]);
        await stage.ask("/web");
        await stage.dump("clusters");
        await tellCounts(stage);
        await stage.stats("cluster.web", "membership_total");
      },
    },
    {
      name: "an active cluster is removed while its change warms",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        b.health = "held";
        stage.write("cds", [staticCluster("web", [a], CHECKED)]);
        await startRouting(stage, "web");
        await stage.changeClusters([staticCluster("web", [b], CHECKED)]);
        await b.untilHeld("health", 1);
        await stage.changeClusters([]);
        await stage.ask("/web");
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "the same content again changes nothing",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        stage.write("cds", [staticCluster("web", [a])]);
        await startRouting(stage, "web");
        await stage.changeClusters([staticCluster("web", [a])]);
        await stage.dump("clusters");
        await tellCounts(stage);
        await stage.stats(`${MANAGER}.cds`, "config_reload", "update_success", "update_attempt");
      },
    },
    {
      name: "one bad cluster of three: the others are taken",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startRouting(stage, "web", "bad", "alt");
        await stage.changeClusters([
          staticCluster("web", [a]),
          staticCluster("bad", [a], { lb_policy: "CLUSTER_PROVIDED" }),
          staticCluster("alt", [b]),
        ]);
        for (const path of ["/web", "/bad", "/alt"]) await stage.ask(path);
        await stage.dump("clusters");
        await tellCounts(stage);
        await stage.stats(`${MANAGER}.cds`, "update_success", "update_rejected", "config_reload");
      },
    },
    {
      name: "a bad change of one cluster keeps the old one, and removals take place",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("web", [a]), staticCluster("gone", [b])]);
        await startRouting(stage, "web", "gone");
        await stage.changeClusters([staticCluster("web", [b], { lb_policy: "CLUSTER_PROVIDED" })]);
        for (const path of ["/web", "/gone"]) await stage.ask(path);
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "a value out of its range refuses all clusters",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("web", [a])]);
        await startRouting(stage, "web", "alt");
        await stage.changeClusters([staticCluster("web", [b]), staticCluster("alt", [b], { connect_timeout: "0s" })]);
        for (const path of ["/web", "/alt"]) await stage.ask(path);
        await stage.dump("clusters");
        await tellCounts(stage);
        await stage.stats(`${MANAGER}.cds`, "update_success", "update_rejected", "config_reload");
      },
    },
    {
      name: "a file that cannot be read refuses all clusters",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        stage.write("cds", [staticCluster("web", [a])]);
        await startRouting(stage, "web");
        await stage.changed(() => stage.writeText("cds", "resources: ["), `${MANAGER}.cds`);
        await stage.ask("/web");
        await stage.changed(
          () => stage.writeText("cds", '{ resources: [{ "@type": none.of.these }] }'),
          `${MANAGER}.cds`,
        );
        await stage.changed(
          () => stage.write("cds", [assignment("web", [])]),
          `${MANAGER}.cds`,
        );
        await stage.ask("/web");
        await stage.stats(`${MANAGER}.cds`, "update_success", "update_rejected", "update_failure", "update_attempt");
      },
    },
    {
      name: "of two clusters of one name the first is taken",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        await startRouting(stage, "web");
        await stage.changeClusters([staticCluster("web", [a]), staticCluster("web", [b])]);
        await stage.ask("/web");
        await stage.dump("clusters");
        await tellCounts(stage);
      },
    },
    {
      name: "a cluster is removed and comes again",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        stage.write("cds", [staticCluster("web", [a])]);
        await startRouting(stage, "web");
        await stage.ask("/web");
        await stage.changeClusters([]);
        await stage.ask("/web");
        await stage.hosts("web", "health_flags");
        await stage.changeClusters([staticCluster("web", [a])]);
        await stage.ask("/web");
        await stage.dump("clusters");
        await tellCounts(stage);
        await stage.stats("cluster.web", "upstream_rq_total", "membership_total");
      },
    },
    {
      name: "clusters of the bootstrap are not CDS's to change",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("web", [b])]);
        stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
        await stage.start({ clusters: [staticCluster("web", [a])] });
        await stage.ask();
        await stage.changeClusters([staticCluster("web", [b], { connect_timeout: "2s" })]);
        await stage.ask();
        await stage.changeClusters([]);
        await stage.ask();
        await stage.dump("clusters");
        await tellCounts(stage);
        await stage.hosts("web", "health_flags");
      },
    },
    {
      name: "the server waits for clusters of CDS and their checks",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        a.health = "held";
        const path = stage.path("eds");
        stage.write("eds", [assignment("web", [endpoint(a)])]);
        stage.write("cds", [edsCluster("web", path, CHECKED)]);
        stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
        await stage.start({ isEarly: true });
        await a.untilHeld("health", 1);
        await stage.page("/ready");
        await stage.listeners();
        await stage.stats("server", "state", "live");
        await tellCounts(stage);
        a.health = 200;
        await stage.untilLive();
        await stage.page("/ready");
        await stage.ask();
        await stage.page("/init_dump");
      },
    },
    {
      name: "a request in flight outlives its cluster's change and its removal",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("web", [a])]);
        await startRouting(stage, "web");
        a.traffic = "held";
        const first = stage.begin("/web/1");
        await a.untilHeld("traffic", 1);
        await stage.changeClusters([staticCluster("web", [b])]);
        await stage.stats("cluster.web", "upstream_cx_active", "upstream_rq_active");
        a.traffic = 200;
        await first.tell();
        b.traffic = "held";
        const second = stage.begin("/web/2");
        await b.untilHeld("traffic", 1);
        await stage.changeClusters([]);
        b.traffic = 200;
        await second.tell();
      },
    },
  ],
};
