/**
 * The Stats and Workers pages in a real Chromium against a real proxy under load (spec/console.md 5.7, 5.12): names are
 * searched, histograms taken apart, a link is a dashboard, and the numbers are those of Envoy's endpoints.
 */

import { equal, match, ok } from "node:assert/strict";
import { bootstrap, bootstrapOf, httpListener, staticCluster } from "../support/bootstrap.ts";
import { ConsolePage, SteadyTraffic, testInChromium } from "../support/console_page.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";

const STATS = "table[aria-label=Stats]";

/** All requests go to the cluster `web`. */
function configOf(port: number): string {
  const routes = ["{ match: { prefix: / }, route: { cluster: web } }"];
  return bootstrapOf([httpListener("web", { routes })], [staticCluster("web", [port])], ["stats_flush_interval: 1s"]);
}

testInChromium("Stats finds names as one types, with rates, and the same at Envoy's endpoint", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: configOf(origin.port) });
  await using _traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  await using tab = await ConsolePage.open(browser, proxy, "/stats");
  const { page } = tab;
  const rows = page.locator(`${STATS} tbody tr`);
  await tab.untilReads(STATS, /cluster/);

  await page.getByLabel("Search names").fill("cluster.?eb.upstream_rq_20*");
  await tab.untilReads(`${STATS} tbody tr`, /cluster\.web\.upstream_rq_200.*counter.*\d.*\/s/s);
  await tab.until("one row", async () => await rows.count() === 1);
  match(page.url(), /q=cluster\.%3Feb\.upstream_rq_20\*/);
  equal(await page.locator(`${STATS} b`).allInnerTexts().then((texts) => texts.join(" ")), "web 200");

  // A pattern that is none is told in RE2's words, and what was there stays.
  await page.getByLabel("Search names").fill("/[/");
  await tab.untilReads("[role=status]", /Invalid re2 regex: missing \]: \[/);
  equal(await rows.count(), 1);
  await page.getByLabel("Search names").fill("/web.*rq_(2xx|503)$/");
  await tab.untilReads(STATS, /upstream_rq_2xx/);

  // The shown URL of Envoy's endpoint finds the same names.
  await page.getByText("API").click();
  const path = await page.locator(".curl-list a").first().getAttribute("href");
  const lines = (await (await fetch(proxy.adminUrl + path)).text()).trim().split("\n");
  const names = await page.locator(`${STATS} tbody th`).allInnerTexts();
  equal(lines.map((line) => line.split(":")[0]).join(), names.join());
  await page.keyboard.press("Escape");

  // Unused ones are left out on demand, and offered where nothing else is there.
  await page.getByLabel("Search names").fill("upstream_rq_retry_overflow");
  await tab.untilReads(STATS, /upstream_rq_retry_overflow/);
  await page.getByRole("button", { name: "used only" }).click();
  await tab.untilReads(".empty", /No stat matches\.\s*1 stats exist that were never touched/);
  await page.getByRole("button", { name: "show unused" }).click();
  await tab.untilReads(STATS, /upstream_rq_retry_overflow/);

  // Through the tree of names, to what changes now.
  await page.getByLabel("Search names").fill("");
  const tree = page.getByRole("group", { name: "Beginnings of names" });
  await tree.getByRole("button", { name: /^cluster \d/ }).click();
  await tree.getByRole("button", { name: /^web \d/ }).click();
  await page.getByRole("button", { name: "changed in 60 s" }).click();
  await tab.untilReads(STATS, /cluster\.web\.upstream_rq_total/);
  ok(!(await page.locator(STATS).innerText()).includes("upstream_rq_retry_overflow"));
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("stats");
  equal(tab.complaints.filter((text) => !text.includes("400 (Bad Request)")).join(), "");
});

testInChromium("Stats takes a histogram apart, pins it, and is the same by its link elsewhere", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({
    config: configOf(origin.port),
  });
  await using _traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  await using tab = await ConsolePage.open(browser, proxy, "/stats?q=cluster.web.upstream_rq_time");
  const { page } = tab;
  await page.locator(`${STATS} tbody tr`).first().focus();
  await page.keyboard.press("Enter");
  await tab.untilReads(".drawer", /Percentiles, milliseconds.*p50[\d.,]+.*p99\.9.*Buckets.*≤ \d/s);
  await tab.untilReads(".drawer", /envoy_cluster_upstream_rq_time\{envoy_cluster_name="web"\}/);
  await page.getByRole("button", { name: "Pin" }).click();
  await tab.untilReads("table[aria-label=Pinned]", /cluster\.web\.upstream_rq_time/);
  await tab.passesAxeInBothThemes();
  await tab.takePictures("stats-histogram");

  // The address alone shows the same, in another browser.
  const { pathname, search } = new URL(page.url());
  await using other = await ConsolePage.open(browser, proxy, pathname.replace("/console", "") + search);
  await other.untilReads("table[aria-label=Pinned]", /cluster\.web\.upstream_rq_time/);
  await other.untilReads(".drawer", /Buckets/);
  await other.page.getByRole("link", { name: "the same of all clusters" }).click();
  await other.untilReads(STATS, /cluster\.web\.upstream_rq_time/);
  await other.page.goto(`${proxy.adminUrl}/console${pathname.replace("/console", "")}${search}`);
  await other.page.getByRole("link", { name: "cluster web" }).click();
  await other.untilReads("h1", /web/);
  tab.hasNoComplaints();
  other.hasNoComplaints();
});

testInChromium("Envoy's HTML page of stats is the explorer with the same filter", async (browser) => {
  await using proxy = await startProxy({ config: bootstrap({}) });
  await using tab = await ConsolePage.open(browser, proxy, "/stats");
  await tab.page.goto(`${proxy.adminUrl}/stats?format=html&filter=${encodeURIComponent("^server\\.(live|uptime)$")}`);
  await tab.untilReads(STATS, /server\.live.*server\.uptime/s);
  equal(await tab.page.locator(`${STATS} tbody tr`).count(), 2);
  equal(await tab.page.getByLabel("Search names").inputValue(), "/^server\\.(live|uptime)$/");
  tab.hasNoComplaints();
});

testInChromium("Workers says what each carries and how the main thread is", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: configOf(origin.port), concurrency: 2 });
  await using _traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  await using tab = await ConsolePage.open(browser, proxy, "/workers");
  await tab.untilReads(".workers-table tbody tr", /[01]\s*Running.*[1-9][\d.]*\s*k?\/s/s);
  await tab.untilReads(".workers-table tbody tr", /1\s*Running/);
  const text = await tab.page.locator(".workers-table").innerText();
  match(text, /MB/);
  match(text, /%/);
  await tab.untilReads(".panel-main-thread", /Event streams\s*1.*Heap\s*[\d.]+\s*MB/s);
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("workers");
  tab.hasNoComplaints();
});
