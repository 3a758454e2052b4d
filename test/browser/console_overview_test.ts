/**
 * The console's Overview in a real Chromium against a real proxy (spec/console.md 11, item 1): figures arrive and move,
 * a host that dies is told within three seconds, on the page and in the tab's title, and the page never steps over its
 * content security policy. Waits are for what the page shows, never for time.
 */

import { match, ok } from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { ConsolePage, SteadyTraffic, testInChromium } from "../support/console_page.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";

/** First live figures (spec/console.md 11), with room for a machine that does other things beside. */
const FIRST_FIGURES_MS = 5000;

/** From the death of a host to the page that says so. */
const BAD_NEWS_MS = 3000;

function config(origin: Origin): string {
  return "node: { id: node-1, cluster: edge }\n" + bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
}

testInChromium("Overview shows live figures, and a host that dies within three seconds", async (browser) => {
  const origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin) });
  await using console = await ConsolePage.open(browser, proxy);

  await console.untilReads("h1", /^Healthy$/, FIRST_FIGURES_MS);
  await console.untilTitled(/^Healthy – node-1$/, FIRST_FIGURES_MS);
  await console.untilReads(".link", /live/, FIRST_FIGURES_MS);
  await console.untilReads("#listeners .table", /web\s*127\.0\.0\.1:\d+\s*Active/, FIRST_FIGURES_MS);
  await console.untilReads(".cluster-row", /origin.*Healthy/s, FIRST_FIGURES_MS);

  const traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  try {
    await console.untilReads(".tile:first-child .tile-figure", /[1-9]/, FIRST_FIGURES_MS);
    await console.untilReads(".cluster-row td.number", /[1-9]/, FIRST_FIGURES_MS);

    await origin.stop();
    await Promise.all([
      console.untilReads(".cluster-row", /Unhealthy.*1 failing/s, BAD_NEWS_MS),
      console.untilReads("h1", /problem/, BAD_NEWS_MS),
      console.untilTitled(/^● \d+ problems? – node-1$/, BAD_NEWS_MS),
    ]);
  } finally {
    await traffic.stop();
  }
  console.hasNoComplaints();
});

testInChromium("Overview says that its figures are old when the proxy is gone", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin) });
  await using console = await ConsolePage.open(browser, proxy);
  await console.untilTitled(/^Healthy/, FIRST_FIGURES_MS);
  await console.untilReads(".cluster-row", /Healthy/, FIRST_FIGURES_MS);

  await proxy.kill();
  await console.untilReads(".link", /reconnecting in \d+ s/, BAD_NEWS_MS);
  await console.untilTitled(/^○ stale – node-1$/, FIRST_FIGURES_MS + BAD_NEWS_MS);
  // The last figures stay on screen.
  ok(await console.page.locator(".cluster-row").count() > 0);
  await console.untilReads(".banner", /No connection to the proxy/, FIRST_FIGURES_MS);
});

testInChromium("Overview names its clusters, and leads to the page of each on a phone too", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin) });
  await using console = await ConsolePage.open(browser, proxy);
  const { page } = console;
  await console.untilReads(".cluster-row", /origin/, FIRST_FIGURES_MS);
  await console.fitsItsScreen();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator(".cluster-row a.name").click();
  await console.untilReads("h1", /^origin$/, FIRST_FIGURES_MS);
  match(page.url(), /\/console\/clusters\/origin$/);
  console.hasNoComplaints();
});
