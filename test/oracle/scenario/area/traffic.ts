/** What clients and access logs see of clusters that fail them: spec/upstream.md 9.5 and 11. */
import { direct, routeTo, staticCluster } from "../resources.ts";
import type { ScenarioGroup } from "../scenario.ts";

export const TRAFFIC: ScenarioGroup = {
  name: "traffic",
  scenarios: [
    {
      name: "every way to have no host",
      play: async (stage) => {
        const [a, gone] = await stage.origins("a", "gone");
        stage.write("cds", [staticCluster("web", [a]), staticCluster("none", []), staticCluster("gone", [gone])]);
        stage.write("lds", [
          stage.listener({
            routes: [
              routeTo("web", "/web"),
              routeTo("none", "/none"),
              routeTo("gone", "/gone"),
              routeTo("unknown", "/unknown"),
              direct("direct", "/direct"),
            ],
          }),
        ]);
        await stage.start();
        await gone.stop();
        for (const path of ["/web", "/none", "/gone", "/unknown", "/direct", "/nowhere"]) await stage.ask(path);
        await gone.start();
        await stage.askUntil("200", "/gone");
        await stage.stats("cluster.gone", "upstream_cx_connect_fail", "upstream_rq_503", "upstream_rq_200");
        await stage.stats("cluster.none", "upstream_cx_none_healthy");
      },
    },
    {
      name: "a breaker of requests that wait opens and closes",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        const thresholds = [{ max_connections: 1, max_pending_requests: 1, track_remaining: true }];
        stage.write("cds", [staticCluster("web", [a], { circuit_breakers: { thresholds } })]);
        stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
        await stage.start();
        a.traffic = "held";
        const first = stage.begin();
        await a.untilHeld("traffic", 1);
        const second = stage.begin();
        await stage.until("cluster.web.upstream_rq_pending_active", 1);
        const root = "cluster.web.circuit_breakers.default";
        const gauges = ["cx_open", "rq_pending_open", "rq_open", "remaining_cx", "remaining_pending", "remaining_rq"];
        await stage.stats(root, ...gauges);
        await stage.ask();
        a.traffic = 200;
        await first.tell();
        await second.tell();
        await stage.until("cluster.web.upstream_rq_active", 0);
        await stage.stats(root, ...gauges.filter((name) => !name.includes("cx")));
        await stage.stats("cluster.web", "upstream_rq_pending_overflow", "upstream_cx_overflow", "upstream_rq_total");
      },
    },
    {
      name: "breakers keep their counts when their cluster changes",
      play: async (stage) => {
        const [a] = await stage.origins("a");
        const breaking = (max_requests: number) => ({ circuit_breakers: { thresholds: [{ max_requests }] } });
        stage.write("cds", [staticCluster("web", [a], breaking(1))]);
        stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
        await stage.start();
        a.traffic = "held";
        const first = stage.begin("/held");
        await a.untilHeld("traffic", 1);
        await stage.changeClusters([staticCluster("web", [a], { ...breaking(1), connect_timeout: "2s" })]);
        await stage.stats("cluster.web", "upstream_rq_active");
        const second = stage.begin("/second");
        await a.untilHeld("traffic", 2);
        await stage.ask("/third");
        a.traffic = 200;
        await first.tell();
        await second.tell();
      },
    },
    {
      name: "the host of a changed cluster goes and another takes its place",
      play: async (stage) => {
        const [a, b] = await stage.origins("a", "b");
        stage.write("cds", [staticCluster("web", [a])]);
        stage.write("lds", [stage.listener({ routes: [routeTo("web")] })]);
        await stage.start();
        await stage.ask();
        await a.stop();
        await stage.ask();
        await stage.changeClusters([staticCluster("web", [b])]);
        await stage.ask();
        await stage.stats(
          "cluster.web",
          "upstream_rq_total",
          "upstream_rq_503",
          "upstream_rq_200",
          "membership_change",
        );
      },
    },
  ],
};
