/**
 * The event stream of the console in a real Chromium (spec/console.md 11, items 8 and 15): six tabs over HTTP/1.1, a proxy
 * that goes and comes back, figures that are old, and a browser whose clock is wrong.
 */

import { equal, ok } from "node:assert/strict";
import type { BrowserContext } from "playwright-core";
import { bootstrap } from "../support/bootstrap.ts";
import { ConsolePage, testInChromium } from "../support/console_page.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

function config(port: number, adminPort = 0): string {
  const text = bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [port] },
  });
  return "node: { id: node-1 }\n" + text.replace("port_value: 0", `port_value: ${adminPort}`);
}

/** Opens another tab of the same browser profile. */
async function openTab(context: BrowserContext, proxy: RunningProxy): Promise<ConsolePage> {
  const tab = new ConsolePage(await context.newPage());
  await tab.page.goto(`${proxy.adminUrl}/console/`);
  return tab;
}

testInChromium("Eight tabs share one stream, and the next leads when the first is closed", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  const context = await browser.newContext();
  const tabs: ConsolePage[] = [];
  for (let count = 0; count < 8; count++) {
    const tab = await openTab(context, proxy);
    // With a stream each, the seventh page could not even load.
    await tab.untilReads("h1", /^Healthy$/);
    await tab.untilReads(".cluster-row", /origin.*Healthy/s);
    tabs.push(tab);
  }
  const [first, second, ...rest] = tabs;
  await first!.page.close();
  await origin.stop();
  // Whoever is left goes on hearing of what happens.
  await fetch(`${proxy.listenerUrl("web")}/`).then((answer) => answer.body?.cancel());
  for (const tab of [second!, ...rest]) {
    await tab.untilTitled(/^● \d problems? – node-1$/, 10_000);
    tab.hasNoComplaints();
  }
  await context.close();
});

testInChromium("A proxy that comes back is told as another one, and its figures go on", async (browser) => {
  await using origin = startOrigin();
  const first = await startProxy({ config: config(origin.port) });
  const adminPort = Number(new URL(first.adminUrl).port);
  await using tab = await ConsolePage.open(browser, first);
  await tab.untilReads(".cluster-row", /origin.*Healthy/s);
  await first.kill();
  await tab.untilReads(".link", /reconnecting in \d+ s/);
  await tab.untilReads(".banner", /No connection to the proxy/);

  await using _second = await startProxy({ config: config(origin.port, adminPort) });
  await tab.untilReads(".banner", /The proxy restarted/, 20_000);
  await tab.untilReads(".link", /live/);
  await tab.untilReads(".cluster-row", /origin.*Healthy/s);
});

testInChromium("Ages go by the proxy's clock where the browser's is five minutes ahead", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin.port) });
  await using tab = new ConsolePage(await browser.newPage());
  const offsetMs = 5 * 60_000;
  await tab.page.addInitScript(`{
    const now = Date.now.bind(Date);
    Date.now = () => now() + ${offsetMs};
  }`);
  await tab.page.goto(`${proxy.adminUrl}/console/`);
  await tab.untilReads("h1", /^Healthy$/);
  ok(await tab.page.evaluate("Date.now()") as number > Date.now() + offsetMs / 2);
  // The event of the start is seconds old, not five minutes.
  await tab.untilReads(".event-ago", /^(just now|\d+\s+s ago)$/);
  equal(await tab.page.locator(".link").textContent(), "live");
});
