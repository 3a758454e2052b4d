/**
 * The Listeners page in a real Chromium against a real proxy (spec/console.md 5.3): the list with its filter in the address,
 * a listener with what a connection passes and links to what that names, a drain that counts down, and a listener of LDS
 * that is refused, serves, is replaced and goes.
 */

import { equal, match } from "node:assert/strict";
import type { ListenerView } from "../../src/admin/contract/listeners.ts";
import { bootstrap, staticCluster } from "../support/bootstrap.ts";
import { ConsolePage, SteadyTraffic, testInChromium } from "../support/console_page.ts";
import { DynamicFiles, route, staticCluster as clusterFields } from "../support/dynamic_files.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

async function viewOf(proxy: RunningProxy, name: string): Promise<ListenerView> {
  return await (await fetch(`${proxy.adminUrl}/api/v1/listeners/${name}`)).json();
}

testInChromium("Listeners shows a chain, its links, and how connections are spread", async (browser) => {
  await using origin = startOrigin();
  const config = bootstrap({
    routes: [
      "{ match: { prefix: /a }, route: { cluster: web } }",
      "{ match: { prefix: / }, route: { weighted_clusters: { clusters: [{ name: web, weight: 1 }, " +
      "{ name: other, weight: 1 }] } } }",
    ],
    managerFields: ["stream_idle_timeout: 90s"],
    listenerFields: ["traffic_direction: INBOUND"],
    moreClusters: [staticCluster("web", [origin.port]), staticCluster("other", [origin.port])],
    moreListeners: { "<b>odd</b>": ["address: { socket_address: { address: 127.0.0.1, port_value: 0 } }"] },
  });
  await using proxy = await startProxy({ config, concurrency: 2 });
  await using tab = await ConsolePage.open(browser, proxy);
  const { page } = tab;
  await using _traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  await page.locator("nav a", { hasText: "Listeners" }).click();
  await tab.untilReads(".listeners-table tr", /web\s*127\.0\.0\.1:\d+\s*Active\s*inbound, static.*\d\s\/s/s);
  await tab.untilReads(".listeners-table tr", /<b>odd<\/b>/);
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("listeners");

  // What is looked for is in the address.
  await page.getByLabel("Filter listeners").fill("odd");
  await tab.until("one row", async () => await page.locator(".listeners-table tbody tr").count() === 1);
  match(page.url(), /q=odd/);
  await page.getByLabel("Filter listeners").fill("");
  await page.getByRole("button", { name: "Problems only" }).click();
  await tab.untilReads(".empty", /No listener of this kind/);
  await page.getByRole("button", { name: "Problems only" }).click();
  await page.getByRole("button", { name: "Listener", exact: true }).click();
  match(page.url(), /sort=name/);

  await page.locator(".listeners-table a.name", { hasText: "web" }).click();
  await tab.untilReads(
    ".chain",
    /Listener.*127\.0\.0\.1:\d+.*Filter chain.*takes every connection.*HttpConnectionManager/s,
  );
  await tab.untilReads(".chain", /stat_prefix web, codec AUTO.*envoy\.filters\.http\.router.*routes.*static/s);
  await tab.untilReads("#limits", /stream_idle_timeout\s*90\.0\ss/);
  await tab.untilReads("#balance", /Worker.*0.*1/s);
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("listener");

  await page.locator(".chain a", { hasText: "other" }).click();
  await tab.untilReads("h1", /other/);
  await page.goBack();
  await page.locator(".chain a", { hasText: "routes" }).click();
  match(page.url(), /\/console\/routes\/routes$/);
  await page.goBack();
  await page.locator("a", { hasText: "Config" }).last().click();
  match(page.url(), /\/console\/config\/listener\/web/);

  // Names that would be markup are names.
  await page.goto(`${proxy.adminUrl}/console/listeners/${encodeURIComponent("<b>odd</b>")}`);
  await tab.untilReads("h1", /<b>odd<\/b>/);
  await page.goto(`${proxy.adminUrl}/console/listeners/nowhere`);
  await tab.untilReads(".empty", /There is no listener "nowhere"/);
  tab.complaints.splice(0, tab.complaints.findLastIndex((text) => /status of 404/.test(text)) + 1);
  tab.hasNoComplaints();
});

testInChromium("Listeners counts down a drain that an operator asked for", async (browser) => {
  const config = bootstrap({
    routes: [`{ match: { prefix: / }, direct_response: { status: 200 } }`],
    moreListeners: {
      inner: ["address: { socket_address: { address: 127.0.0.1, port_value: 0 } }", "traffic_direction: INBOUND"],
    },
  });
  await using proxy = await startProxy({ config, args: ["--drain-time-s", "300"] });
  await using tab = await ConsolePage.open(browser, proxy, "/listeners");
  await tab.untilReads(".listeners-table tr", /inner.*Active/s);
  const asked = await fetch(`${proxy.adminUrl}/drain_listeners?graceful&inboundonly`, { method: "POST" });
  equal(await asked.text(), "OK\n");
  await tab.untilReads(".listeners-table tr", /inner.*Draining\s*(4\smin|5\smin|2\d\d\ss) left/s);
  equal(await tab.page.locator(".listeners-table tr", { hasText: "Draining" }).count(), 1);
  await tab.page.getByRole("button", { name: "Problems only" }).click();
  await tab.until("one row", async () => await tab.page.locator(".listeners-table tbody tr").count() === 1);
  await tab.takePictures("listeners-draining");
  await tab.page.locator(".listeners-table a.name", { hasText: "inner" }).click();
  await tab.untilReads(".note", /An operator asked for it/);
  await tab.passesAxeInBothThemes();
  await tab.takePictures("listener-draining");
  await (await fetch(`${proxy.adminUrl}/drain_listeners?inboundonly`, { method: "POST" })).body?.cancel();
  await tab.untilReads(".note", /It was stopped/);
  tab.hasNoComplaints();
});

testInChromium(
  "Listeners says why a listener of LDS was not taken, and what one leaves behind when it is replaced",
  async (browser) => {
    await using origin = startOrigin();
    using files = new DynamicFiles();
    files.clusters(clusterFields("web", [origin.port]));
    await using proxy = await startProxy({ config: files.bootstrap() });
    await using tab = await ConsolePage.open(browser, proxy, "/listeners");
    await tab.untilReads(".empty", /No listeners yet/);
    files.listeners(files.listener("edge", "late"));
    await tab.untilReads(".listeners-table tr.is-bad", /edge.*not bound.*late\.yaml.*Failed/s);
    await tab.takePictures("listeners-failed");
    await tab.page.locator("a.name", { hasText: "edge" }).click();
    await tab.untilReads(".note.is-warn", /late\.yaml/);
    files.routes("late", route("/", "web"), route("/b", "gone"));
    files.listeners(files.listener("edge", "late"));
    await tab.untilReads(".chain", /late\s*rds, virtual hosts: 1.*web.*gone\s*missing/s);
    equal((await viewOf(proxy, "edge")).item.state, "active");

    // A new version takes its place, the one before drains; one that is refused changes nothing.
    files.listeners({ ...files.listener("edge", "late"), traffic_direction: "OUTBOUND" });
    await tab.untilReads(".note", /Connections of its version \d+ may go on \d+\smin left/);
    files.listeners({ name: "edge", filter_chains: [] });
    await tab.untilReads(".note.is-warn", /the last update was refused/);
    await tab.passesAxeInBothThemes();
    await tab.fitsItsScreen();
    files.listeners();
    await tab.untilReads(".note", /It was removed/);
    tab.hasNoComplaints();
  },
);
