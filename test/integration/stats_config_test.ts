/** `stats_config` and `stats_flush_on_admin`: denvoy shows what Envoy shows of the same configuration. */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { findNeed } from "../support/needs.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";

const CONFIG = `stats_flush_on_admin: true
stats_config:
  stats_tags:
  - { tag_name: site, fixed_value: eu-1 }
  - { tag_name: dc, regex: "\\\\.((dc\\\\d)\\\\.)" }
  - { tag_name: app, regex: "^cluster\\\\.((\\\\w+)-)" }
  stats_matcher: { exclusion_list: { patterns: [{ prefix: server. }, { contains: circuit_breakers }] } }
  histogram_bucket_settings: [{ match: { suffix: downstream_rq_time }, buckets: [100, 60000] }]
${bootstrap({ routes: [directRoute("/", "hi")], clusters: { "shop-web.dc7": [], plain: [] } })}`;

/** The answers, without what is only one proxy's. */
async function answers(proxy: RunningProxy): Promise<string[]> {
  await askRaw(proxy.listenerUrl("web"), "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await proxy.until("the request was counted", async () => await proxy.stat("http.web.downstream_rq_2xx") === 1);
  const series = await proxy.admin("/stats/prometheus?filter=membership_total|web.downstream_rq_time");
  return [
    series.replace(/^(\S*_sum\S* ).*$/gm, "$1"),
    // Envoy makes this one before it has read what is not to be shown.
    (await proxy.admin("/stats?filter=^server\\.|circuit_breakers")).replace("server.hot_restart_generation: 1\n", ""),
    (await proxy.admin("/stats?type=Histograms&filter=^http.web.downstream_rq_time&histogram_buckets=disjoint"))
      .replace(
        /\(\d+,/g,
        "(n,",
      ),
  ];
}

Deno.test("stats_config hides, tags and splits stats as in Envoy, and who reads has them flushed", async () => {
  const found = await (async () => {
    await using proxy = await startProxy({ config: CONFIG });
    return await answers(proxy);
  })();
  assert.match(found[0]!, /^envoy_cluster_membership_total\{site="eu-1",envoy_cluster_name="plain"\} 0$/m);
  assert.match(
    found[0]!,
    /^envoy_http_downstream_rq_time_bucket\{site="eu-1",envoy_http_conn_manager_prefix="web",le="100"\} 1$/m,
  );
  assert.equal(found[1], "");
  assert.match(found[2]!, /^http\.web\.downstream_rq_time: B100\(n,1\) B60000\(n,0\)\n$/);
  const envoy = findNeed("envoy");
  if (envoy === null) return;
  await using proxy = await startEnvoy(envoy, CONFIG);
  const theirs = await answers(proxy);
  // A cluster's name with dots in it keeps its tag whole here.
  const comparable = (text: string) => text.split("\n").filter((line) => !line.includes("dc7")).join("\n");
  assert.deepEqual(found.map(comparable), theirs.map(comparable));
});
