/**
 * The Clusters page in a real Chromium against a real proxy with real origins (spec/console.md 5.2, 11): what is out, why,
 * and when it comes back; panic explained; filters, drawer and tabs in the address; names that would be markup; and that
 * the page's figures are those of `/clusters`.
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { ClusterView, HostItem } from "../../src/admin/contract/clusters.ts";
import type { Page } from "../../src/admin/contract/page.ts";
import { bootstrap, staticCluster } from "../support/bootstrap.ts";
import { ConsolePage, SteadyTraffic, testInChromium } from "../support/console_page.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

/** From the death of a host to the page that says so. */
const BAD_NEWS_MS = 3000;

const CHECKS = "health_checks: [{ timeout: 1s, interval: 0.3s, no_traffic_interval: 0.3s, unhealthy_interval: 0.3s, " +
  "unhealthy_threshold: 2, healthy_threshold: 1, http_health_check: { path: /healthz } }]";
const OUTLIERS = "outlier_detection: { consecutive_5xx: 3, interval: 60s, base_ejection_time: 300s, " +
  "max_ejection_percent: 100 }";

function route(prefix: string, cluster: string): string {
  return `{ name: to-${cluster}, match: { prefix: ${prefix} }, route: { cluster: ${cluster} } }`;
}

async function askApi<Body>(proxy: RunningProxy, path: string): Promise<Body> {
  return await (await fetch(`${proxy.adminUrl}/api/v1${path}`)).json();
}

testInChromium(
  "Clusters show a host that dies within three seconds, and why, two presses from the Overview",
  async (browser) => {
    const doomed = startOrigin();
    await using well = startOrigin();
    const config = bootstrap({
      routes: [route("/", "web")],
      clusters: { web: [doomed.port, well.port], other: [well.port] },
    });
    await using proxy = await startProxy({ config });
    await using console = await ConsolePage.open(browser, proxy);
    const { page } = console;
    await using _traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);

    // Question 2: which hosts of cluster X are out, why, and when do they come back?
    await page.locator("nav a", { hasText: "Clusters" }).click();
    await page.locator(".clusters-table a.name", { hasText: "web" }).click();
    match(page.url(), /\/console\/clusters\/web$/);
    const address = `127.0.0.1:${doomed.port}`;
    await console.untilReads(".host-row.is-ok", new RegExp(address));
    await console.untilReads(".host-row .share-text", /5\d\.\d\s%|4\d\.\d\s%|50\.0|of 50/);

    await doomed.stop();
    await console.untilReads(".host-row.is-bad", new RegExp(`${address}.*Failing.*connects? failed`, "s"), BAD_NEWS_MS);
    await console.untilReads(".cluster-line", /1 healthy, 1 failing/);
    await console.passesAxeInBothThemes();
    await console.takePictures("cluster-hosts");
    await console.fitsItsScreen();
    console.hasNoComplaints();
  },
);

testInChromium(
  "Clusters say which check fails, how often, and when the next is due; panic is explained",
  async (browser) => {
    let isWell = true;
    await using moody = startOrigin(() => new Response(null, { status: isWell ? 200 : 503 }));
    await using other = startOrigin((request) => {
      return new Response(null, { status: new URL(request.url).pathname === "/healthz" && !isWell ? 500 : 200 });
    });
    const config = bootstrap({
      routes: [route("/", "web")],
      moreClusters: [staticCluster("web", [moody.port, other.port], [CHECKS])],
    });
    await using proxy = await startProxy({ config });
    await using console = await ConsolePage.open(browser, proxy, "/clusters/web");
    const { page } = console;
    await console.untilReads(".host-row.is-ok", new RegExp(String(moody.port)));
    await console.untilReads("section", /Checked by HTTP GET \/healthz every 300\sms/);

    isWell = false;
    await console.untilReads(
      ".host-row.is-bad .reason",
      /failing active check: HTTP 503( ×\d+)?, last (just now|\d+\ss ago), next (now|in \d+\ss)/,
      BAD_NEWS_MS,
    );
    await console.untilReads(".host-row.is-bad .reason", /HTTP 503 ×[3-9]/);
    await console.untilReads(".cluster-line .flag", /panic/);
    await console.untilReads(".note.is-warn", /requests go to all hosts, unhealthy ones too/);
    await page.locator(".host-row", { hasText: String(moody.port) }).locator("td").last().click();
    await console.untilReads(".drawer", /failed_active_hc.*HTTP 503 \(\d+ in a row\)/s);
    match(page.url(), /[?&]host=127\.0\.0\.1%3A\d+/);
    await page.keyboard.press("Escape");
    equal(await page.locator(".drawer").count(), 0);

    await page.locator(".tab", { hasText: "Load balancing" }).click();
    await console.untilReads(
      "#priorities",
      /0 of 2 hosts can be used, that is 0 %, below the threshold of 50 %: panic/,
    );
    await console.passesAxeInBothThemes();
    await console.takePictures("cluster-lb");
    await page.locator(".tab", { hasText: "Events" }).click();
    await console.untilReads(
      ".event",
      new RegExp(`127\\.0\\.0\\.1:${moody.port}.*fails its health check: HTTP 503`, "s"),
    );
    isWell = true;
    await console.untilReads(".event", /passes its health check/);
    await console.takePictures("cluster-events");
    await console.untilReads(".cluster-line", /2\/2/);
    equal(await page.locator(".cluster-line .flag").count(), 0);
    console.hasNoComplaints();
  },
);

testInChromium(
  "Clusters count down to the return of an ejected host, and link limits to their runtime keys",
  async (browser) => {
    await using failing = startOrigin(() => new Response(null, { status: 500 }));
    await using well = startOrigin();
    const limits = "circuit_breakers: { thresholds: [{ max_requests: 7 }] }";
    const config = bootstrap({
      routes: [route("/", "web")],
      moreClusters: [staticCluster("web", [failing.port, well.port], [OUTLIERS, limits])],
    });
    await using proxy = await startProxy({ config });
    for (let sent = 0; sent < 10; sent++) await (await fetch(`${proxy.listenerUrl("web")}/`)).body?.cancel();
    await using console = await ConsolePage.open(browser, proxy, "/clusters/web");
    const { page } = console;
    const reason = page.locator(".host-row.is-warn .reason");
    await console.untilReads(
      ".host-row.is-warn",
      new RegExp(`127\\.0\\.0\\.1:${failing.port}.*Ejected.*outlier: consecutive_5xx, back in [45]\\smin`, "s"),
    );
    ok((await reason.textContent())!.includes("at the earliest"));
    const { items } = await askApi<Page<HostItem>>(proxy, "/clusters/web/hosts?filter=health:ejected");
    const [{ outlier }] = items as [HostItem];
    deepEqual([outlier!.ejected, outlier!.kind, outlier!.times], [true, "consecutive_5xx", 1]);
    equal(outlier!.until_ms! - outlier!.since_ms!, 300_000);

    await page.locator(".tab", { hasText: "Circuit breakers" }).click();
    await console.untilReads("#breakers-default", /Requests\s*\d+\s*7\s*configuration/);
    await console.untilReads("#outliers", /1 ejected/);
    equal(
      await page.locator("#breakers-default a[aria-label='Change max_requests']").getAttribute("href"),
      "/console/runtime/key/circuit_breakers.web.default.max_requests",
    );
    await console.passesAxeInBothThemes();
    await console.takePictures("cluster-breakers");
    await page.locator(".tab", { hasText: "Used by" }).click();
    await console.untilReads("[aria-label='Used by']", /virtual host "all" › route "to-web"\s*route\s*web/);
    await page.locator(".tab", { hasText: "Events" }).click();
    await console.untilReads(".event", /ejected for the first time: consecutive_5xx/);
    await page.locator(".tab", { hasText: "Traffic" }).click();
    await console.untilReads("#traffic", /upstream_rq_completed/);
    await console.takePictures("cluster-traffic");
    await console.fitsItsScreen();
    console.hasNoComplaints();
  },
);

testInChromium(
  "Clusters keep filter, order, columns and drawer in the address, which another browser understands",
  async (browser) => {
    await using origin = startOrigin();
    const dead = startOrigin();
    const deadPort = dead.port;
    await dead.stop();
    const config = bootstrap({
      routes: [route("/dead", "dead"), route("/", "alpha")],
      clusters: { alpha: [origin.port], beta: [origin.port], dead: [deadPort] },
    });
    await using proxy = await startProxy({ config });
    await fetch(`${proxy.listenerUrl("web")}/dead`).then((response) => response.body?.cancel());
    await using console = await ConsolePage.open(browser, proxy, "/clusters");
    const { page } = console;
    await console.untilReads(".clusters-table", /dead.*alpha.*beta/s);
    await console.passesAxeInBothThemes();
    await console.takePictures("clusters");
    await console.fitsItsScreen();

    await page.locator("#cluster-filter").fill(String(deadPort));
    await console.until("one row", async () => await page.locator(".clusters-table tbody tr").count() === 1);
    await page.locator("#cluster-filter").fill("");
    await page.keyboard.press("Escape");
    await page.locator("button", { hasText: "Problems only" }).click();
    await console.until("one row", async () => await page.locator(".clusters-table tbody tr").count() === 1);
    await page.locator("summary", { hasText: "Columns" }).click();
    await page.locator(".columns label", { hasText: "p50" }).click();
    await page.keyboard.press("Escape");
    equal(await page.locator(".clusters-table th", { hasText: "p50" }).count(), 0);
    await page.locator(".clusters-table tbody td").nth(1).click();
    await console.untilReads(".drawer", new RegExp(`Hosts that are out.*127\\.0\\.0\\.1:${deadPort}`, "s"));
    await console.passesAxe();
    await console.takePictures("cluster-drawer");

    await using second = await ConsolePage.open(browser, proxy, page.url().split("/console")[1]);
    await second.untilReads(".drawer h2", /^dead$/);
    await second.untilReads(".clusters-table", /dead/);
    equal(await second.page.locator(".clusters-table tbody tr").count(), 1);
    equal(await second.page.locator(".clusters-table th", { hasText: "p50" }).count(), 0);

    await page.keyboard.press("Escape");
    await console.until("no drawer", async () => await page.locator(".drawer").count() === 0);
    await page.locator("button", { hasText: "Problems only" }).click();
    await page.locator(".sort", { hasText: "Cluster" }).click();
    await console.until("the names in order", async () => {
      const names = await page.locator(".clusters-table a.name").allTextContents();
      return names.join() === "dead,beta,alpha" || names.join() === "alpha,beta,dead";
    });
    await page.locator("#cluster-filter").fill("nothing like it");
    await console.untilReads(".empty", /No cluster matches/);
    await page.goto(`${proxy.adminUrl}/console/clusters/none`);
    await console.untilReads(".empty", /There is no cluster "none"/);
    // The 404 of the API is the one thing the browser complains of.
    deepEqual(console.complaints.filter((text) => !text.includes("404")), []);
  },
);

const HOSTILE = "<img src=x onerror=alert(1)>\u202e";

testInChromium("Clusters whose names are markup are shown as they are called", async (browser) => {
  await using origin = startOrigin();
  const name = JSON.stringify(HOSTILE);
  const long = "n".repeat(2000);
  const endpoint =
    `{ endpoint: { hostname: ${JSON.stringify("<script>alert(2)</script>")}, address: { socket_address: ` +
    `{ address: 127.0.0.1, port_value: ${origin.port} } } } }`;
  const config = bootstrap({
    routes: [`{ match: { prefix: / }, route: { cluster: ${name} } }`],
    moreClusters: [
      `{ name: ${name}, type: STATIC, connect_timeout: 1s, load_assignment: { cluster_name: ${name}, endpoints: ` +
      `[{ locality: { zone: "javascript:alert(3)" }, lb_endpoints: [${endpoint}] }] } }`,
      staticCluster(long, [origin.port]),
    ],
  });
  await using proxy = await startProxy({ config });
  await using console = await ConsolePage.open(browser, proxy, "/clusters");
  const { page } = console;
  page.on("dialog", () => console.complaints.push("a dialog opened"));
  const link = page.locator(".clusters-table a.name").filter({ hasText: "onerror" });
  await link.waitFor();
  equal(await link.textContent(), HOSTILE);
  equal(await page.locator("img").count(), 0);
  await console.fitsItsScreen();
  await link.click();
  await console.untilReads("h1", /onerror/);
  for (const tab of ["", "/traffic", "/breakers", "/lb", "/events", "/uses"]) {
    await page.goto(`${proxy.adminUrl}/console/clusters/${encodeURIComponent(HOSTILE)}${tab}`);
    await console.untilReads("h1", /onerror/);
    await console.untilReads(".cluster-line", /1\/1/);
    await console.until("the tab", async () => await page.locator(".skeleton").count() === 0);
    equal(await page.locator("main img, main script").count(), 0);
  }
  await page.goto(`${proxy.adminUrl}/console/clusters/${encodeURIComponent(HOSTILE)}`);
  await console.untilReads(".hosts-table", /<script>alert\(2\)<\/script>.*javascript:alert\(3\)/s);
  console.hasNoComplaints();
});

testInChromium("Clusters show the figures that /clusters has in the same second", async (browser) => {
  await using one = startOrigin();
  await using two = startOrigin(() => new Response(null, { status: 500 }));
  const config = bootstrap({ routes: [route("/", "web")], clusters: { web: [one.port, two.port] } });
  await using proxy = await startProxy({ config });
  for (let sent = 0; sent < 20; sent++) await (await fetch(`${proxy.listenerUrl("web")}/`)).body?.cancel();
  await using console = await ConsolePage.open(browser, proxy, "/clusters/web");
  const { page } = console;
  await console.untilReads(".host-row.is-ok", /127\.0\.0\.1/);

  const envoy = await (await fetch(`${proxy.adminUrl}/clusters?format=json`)).json();
  const { cluster_statuses: [web] } = envoy;
  const ours = (await askApi<Page<HostItem>>(proxy, "/clusters/web/hosts?sort=address")).items;
  const view = await askApi<ClusterView>(proxy, "/clusters/web");
  equal(web.host_statuses.length, view.item.hosts_total);
  for (const status of web.host_statuses) {
    const address = `${status.address.socket_address.address}:${status.address.socket_address.port_value}`;
    const host = ours.find((host) => host.address === address)!;
    const stats = Object.fromEntries(
      status.stats.map(({ name, value = "0" }: { name: string; value?: string }) => [name, Number(value)]),
    );
    deepEqual({ ...host.stats }, stats);
    deepEqual([host.weight, host.flags], [status.weight, []]);
    const row = page.locator(".host-row", { hasText: address });
    equal(await row.locator("td").nth(5).textContent(), String(stats["rq_total"]));
  }
  const limits = web.circuit_breakers.thresholds[0];
  for (const name of ["max_connections", "max_pending_requests", "max_requests", "max_retries"]) {
    equal(view.breakers.find((one) => one.name === name && one.priority === "default")!.max, limits[name]);
  }
  console.hasNoComplaints();
});
