/**
 * The Routes page in a real Chromium against a real proxy (spec/console.md 5.4; 11, item 6): the explorer names what each
 * route asks and which one is never reached, and the tester says what the proxy then does when the request is really sent.
 */

import { equal, match } from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { ConsolePage, testInChromium } from "../support/console_page.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";

/** Virtual hosts with what a golden request to each is told: heading of the verdict. */
const HOSTS = [
  `{ name: shop, domains: ["shop.example"], routes: [
    { name: canary, match: { prefix: /, headers: [{ name: x-env, string_match: { exact: canary } }] },
      route: { cluster: origin, prefix_rewrite: /canary } },
    { name: old, match: { prefix: /old }, redirect: { path_redirect: /new, response_code: FOUND } },
    { name: api, match: { prefix: /api }, route: { cluster: origin, timeout: 3s } },
    { name: api-v2, match: { prefix: /api/v2 }, route: { cluster: origin } },
    { name: some, match: { path: /some, runtime_fraction: { default_value: { numerator: 30 }, runtime_key: shop.some } },
      direct_response: { status: 204 } },
    { name: gone, match: { prefix: /gone }, direct_response: { status: 410 } } ] }`,
  `{ name: wild, domains: ["*.wild.example"], routes: [{ match: { prefix: / }, direct_response: { status: 203 } }] }`,
].map((host) => host.replaceAll("\n", " "));

/** URL and headers, the status that the proxy answers, and the verdict's heading. */
const GOLDEN: readonly (readonly [url: string, headers: string, status: number, heading: RegExp])[] = [
  ["http://shop.example/x", "x-env: canary", 200, /Goes to cluster origin/],
  ["http://shop.example/old/1", "", 302, /Redirected with 302/],
  ["http://shop.example/api/v2/y", "", 200, /Goes to cluster origin/],
  ["http://shop.example/gone", "", 410, /Answered 410 by the route itself/],
  ["http://shop.example/", "", 404, /No route: answered 404/],
  ["http://a.wild.example/", "", 203, /Answered 203/],
  ["http://elsewhere.example/", "", 404, /No route: answered 404/],
  ["http://shop.example/a%00b", "", 400, /Refused with 400/],
];

testInChromium("Routes says what the proxy does with a request, and does it when it is sent", async (browser) => {
  await using origin = startOrigin();
  const config = bootstrap({
    virtualHosts: HOSTS,
    clusters: { origin: [origin.port] },
    managerFields: ["normalize_path: true"],
  });
  await using proxy = await startProxy({ config });
  await using tab = await ConsolePage.open(browser, proxy, "/routes/test");
  const { page } = tab;
  for (const [url, headers, status, heading] of GOLDEN) {
    await page.getByLabel("URL, or a whole curl command").fill(url);
    await page.getByLabel("Headers, a line each").fill(headers);
    await page.getByRole("button", { name: "Send for real" }).click();
    await tab.untilReads("[aria-label='What happens'] h2", heading);
    await tab.until(
      `the answer ${status} to ${url}`,
      async () => (await page.locator("[aria-label='What happens']").innerText()).includes(`Answer\n${status}`),
    );
  }
  // The draw walks through the percentage.
  await page.getByLabel("URL, or a whole curl command").fill("http://shop.example/some");
  await page.getByLabel(/Draw/).fill("29");
  await page.getByRole("button", { name: "Explain" }).click();
  await tab.untilReads("[aria-label='What happens'] h2", /Answered 204/);
  await page.getByLabel(/Draw/).fill("30");
  await page.getByRole("button", { name: "Explain" }).click();
  await tab.untilReads("[aria-label='What happens'] h2", /No route/);
  await tab.untilReads(".trial-steps", /Route 4.*passed over\s*wants 30 of 100 requests \(runtime shop\.some\)/s);

  // A pasted command fills the form, and the address of the page carries it.
  await page.getByLabel("URL, or a whole curl command").fill("curl -X POST 'http://shop.example/api' -H 'x-a: 1'");
  equal(await page.getByLabel("Method").inputValue(), "POST");
  await page.reload();
  await tab.untilReads(
    "[aria-label='What happens']",
    /Goes to cluster origin.*Timeout\s*3\.00\s+s/s,
  );
  match(page.url(), /headers=x-a%3A\+1/);
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("routes-test");
  tab.hasNoComplaints();
});

testInChromium("Routes lists tables in words and marks the route that is never reached", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({
    config: bootstrap({ virtualHosts: HOSTS, clusters: { origin: [origin.port] } }),
  });
  await using tab = await ConsolePage.open(browser, proxy, "/routes");
  await tab.untilReads(".route-table", /header "x-env" is "canary"/);
  await tab.untilReads(".route-table tr.is-warn", /Never reached: route 2 always matches first/);
  await tab.page.getByRole("button", { name: "Problems only" }).click();
  await tab.until("one route left", async () => await tab.page.locator(".route-table tbody tr").count() === 1);
  match(tab.page.url(), /problems=1/);
  await tab.page.getByRole("button", { name: "Problems only" }).click();
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("routes");
  tab.hasNoComplaints();
});
