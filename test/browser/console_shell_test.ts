/**
 * The console's frame in a real Chromium (spec/console.md 4, 9.4 and 11, items 10 and 14): search, keys, links that show
 * another browser the same, and axe over every page there is, in both themes.
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { PAGES } from "../../admin-ui/pages.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { ConsolePage, SteadyTraffic, testInChromium } from "../support/console_page.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";

/** A proxy with something of everything: one cluster that is well, one of which a host is not. */
function config(port: number): string {
  return "node: { id: node-1, cluster: edge }\n" + bootstrap({
    routes: [
      "{ match: { prefix: /api }, route: { cluster: api } }",
      "{ match: { prefix: / }, route: { cluster: origin } }",
    ],
    clusters: { origin: [port], api: [1, port] },
  });
}

function pathOf(step: string): string {
  return step === "" ? "/" : `/${step}`;
}

testInChromium("Every page passes axe in both themes, fits a phone and keeps to its policy", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port), concurrency: 2 });
  await using _good = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  await using _bad = new SteadyTraffic(`${proxy.listenerUrl("web")}/api`);
  for (const { step, title } of PAGES) {
    await using tab = await ConsolePage.open(browser, proxy, pathOf(step));
    await tab.untilReads(".link", /live/);
    // Its code is here, and its figures.
    await tab.until(`${title} to be there`, async () => await tab.page.locator("main h1").count() === 1);
    await tab.until(`${title} to be loaded`, async () => await tab.page.locator(".skeleton").count() === 0);
    await tab.takePictures(`page-${step === "" ? "overview" : step}`);
    for (const colorScheme of ["light", "dark"] as const) {
      await tab.page.emulateMedia({ colorScheme });
      deepEqual(await tab.axeFindings(), [], `${title}, ${colorScheme}`);
    }
    await tab.fitsItsScreen();
    deepEqual(tab.complaints, [], title);
  }
});

testInChromium("Search finds hosts, clusters and pages by keyboard alone", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  await using tab = await ConsolePage.open(browser, proxy);
  const { page } = tab;
  await tab.untilReads(".link", /live/);
  await page.keyboard.press("/");
  await tab.untilReads(".found-list", /Overview/);
  await tab.passesAxeInBothThemes();
  await page.keyboard.type(`127.0.0.1:${origin.port}`);
  await tab.untilReads(".found-list li", new RegExp(`127\\.0\\.0\\.1:${origin.port}.*Host`, "s"));
  await page.keyboard.press("Escape");
  await page.locator(".search-dialog").waitFor({ state: "detached" });

  await page.keyboard.press("Control+k");
  await tab.untilReads(".found-list", /Overview/);
  await page.keyboard.type("api");
  await tab.untilReads(".found-list li[aria-selected=true]", /^api.*Cluster/s);
  await page.keyboard.press("Enter");
  await tab.until("the address of the cluster", () => /\/console\/clusters\/api$/.test(page.url()));
  tab.hasNoComplaints();
});

testInChromium("Single keys work, not while something is typed, and can be turned off", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  await using tab = await ConsolePage.open(browser, proxy);
  const { page } = tab;
  await tab.untilReads(".link", /live/);
  await page.keyboard.press("p");
  await tab.untilReads(".banner", /Paused/);
  await page.keyboard.press("p");
  await page.locator(".banner").waitFor({ state: "detached" });

  await page.keyboard.press("/");
  await page.locator(".search-field input").focus();
  await page.keyboard.type("p?");
  equal(await page.locator(".search-field input").inputValue(), "p?");
  equal(await page.locator(".banner").count(), 0);
  await page.keyboard.press("Escape");

  await page.keyboard.press("?");
  await tab.untilReads(".dialog", /Keys/);
  await tab.passesAxeInBothThemes();
  await page.getByLabel("Single keys do this").uncheck();
  await page.keyboard.press("Escape");
  await page.locator(".dialog").waitFor({ state: "detached" });
  await page.keyboard.press("p");
  await page.keyboard.press("Control+k");
  await tab.untilReads(".found-list", /Overview/);
  equal(await page.locator(".banner").count(), 0);
});

testInChromium(
  "Filters and the time range are in the address, for another browser and for going back",
  async (browser) => {
    await using origin = startOrigin();
    await using proxy = await startProxy({ config: config(origin.port) });
    await using tab = await ConsolePage.open(browser, proxy);
    await tab.untilReads(".link", /live/);
    await tab.page.getByRole("button", { name: "1 h" }).click();
    match(tab.page.url(), /[?&]range=1h/);
    await tab.untilReads("#traffic .panel-count", /last/);
    await tab.page.keyboard.press("f");
    match(tab.page.url(), /[?&]problems=1/);

    await using other = await ConsolePage.open(browser, proxy, new URL(tab.page.url()).search.replace(/^/, "/"));
    await other.untilReads(".range [aria-pressed=true]", /1 h/);
    await tab.page.locator(".bar .menu summary.chip").click();
    await tab.page.getByRole("link", { name: "All on the Overview" }).click();
    await tab.until("the address of the problems", () => /\/problems/.test(tab.page.url()));
    await tab.page.goBack();
    await tab.untilReads(".range [aria-pressed=true]", /1 h/);
    match(tab.page.url(), /[?&]problems=1/);
  },
);

testInChromium("The choice of a theme, a density and a clock is kept, also in high contrast", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  await using tab = await ConsolePage.open(browser, proxy);
  const { page } = tab;
  await tab.untilReads(".link", /live/);
  await page.getByLabel("Display", { exact: true }).click();
  await page.getByLabel("High contrast").check();
  await page.getByLabel("Compact").check();
  await page.getByLabel("UTC").check();
  await page.reload();
  await tab.untilReads(".link", /live/);
  const root = page.locator("html");
  deepEqual(
    [await root.getAttribute("data-theme"), await root.getAttribute("data-density")],
    ["contrast", "compact"],
  );
  const hours = await page.locator(".event-time").first().textContent() ?? "";
  ok(hours.includes(`${new Date().toISOString().slice(11, 13)}:`), hours);
  await tab.passesAxe();
});

testInChromium("A word of Envoy's says what it means, by key too", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  await using tab = await ConsolePage.open(browser, proxy);
  await tab.untilReads("#workers .table", /Lag/);
  await tab.page.getByRole("button", { name: "Lag" }).focus();
  await tab.untilReads("[role=tooltip]", /How late a worker's timers fire/);
  await tab.passesAxe();
  await tab.page.keyboard.press("Escape");
  await tab.page.locator("[role=tooltip]").waitFor({ state: "detached" });
  tab.hasNoComplaints();
});

testInChromium("The Overview can be used at 400 % and without motion", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  // 1280 px at 400 % are 320 px of the page.
  const options = { viewport: { width: 320, height: 256 }, reducedMotion: "reduce" } as const;
  await using tab = await ConsolePage.open(browser, proxy, "/", options);
  await tab.untilReads("h1", /problem|Healthy/);
  const excess = await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
  ok(excess <= 0, `${excess} px too wide`);
  equal(await tab.page.evaluate("document.getAnimations().length"), 0);
});
