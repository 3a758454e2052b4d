/**
 * The Warming page in a real Chromium (spec/console.md 11, item 5, and question 3 of section 1): what is not ready, what it
 * waits for, how long still. Health checks, names and files are those of a real process; sources that are silent, and the
 * time that goes by, are in the test's hand, with the real control side and the real admin server before it.
 */
import assert from "node:assert/strict";
import { CheckedOrigin } from "../support/checked_origin.ts";
import { ConsolePage, testInChromium } from "../support/console_page.ts";
import { startDnsServer } from "../support/dns_server.ts";
import {
  dnsCluster,
  dnsResolver,
  DynamicFiles,
  type Fields,
  healthChecks,
  route,
  staticCluster,
} from "../support/dynamic_files.ts";
import { startProxy } from "../support/proxy.ts";
import { TOLD, toldSource } from "../support/told_control.ts";
import { ToldConsole } from "../support/told_console.ts";

const CDS = { dynamic_resources: { cds_config: TOLD } };

/** The row of a subject. */
function rowOf(key: string): string {
  return `[id="warming-${key}"]`;
}

function edsCluster(name: string, timeout: string): Fields {
  const eds_cluster_config = { service_name: `${name}-svc`, eds_config: toldSource("eds", timeout) };
  return { name, type: "EDS", eds_cluster_config };
}

/** What the row says is left of its wait. */
async function secondsLeft(tab: ConsolePage, row: string): Promise<number> {
  return Number(/times out in (\d+)/.exec(await tab.page.locator(row).innerText())![1]);
}

/** CDS has answered: `clusters` are those that the start waits for. */
async function startWith(
  told: ToldConsole,
  ...clusters: readonly Fields[]
): Promise<{ readonly started: Promise<void> }> {
  const started = told.control.start();
  await new Promise((resolve) => setTimeout(resolve));
  told.control.clusters(...clusters);
  return { started };
}

testInChromium(
  "Warming counts down the wait for a silent EDS by the server's clock, and says that it ran out",
  async (browser) => {
    await using told = await ToldConsole.open(CDS);
    const { started } = await startWith(told, edsCluster("api", "15s"));
    told.pass(3000);
    await using tab = await ConsolePage.open(browser, told, "/warming");
    const row = rowOf("cluster/api");
    await tab.untilReads(row, /endpoints of api-svc from file \/eds/);
    // The browser's clock is months away from the server's.
    await tab.untilReads(row, /since [3-9]\ss · times out in (?:1[0-2]|[5-9])\ss/);
    const leftAtFirst = await secondsLeft(tab, row);
    await tab.untilReads(row, /blocks\s*server/);
    await tab.untilReads(rowOf("server/"), /held up by\s*cluster api/);
    // The countdown goes on by itself.
    await tab.until("less is left", async () => await secondsLeft(tab, row) < leftAtFirst);
    await tab.passesAxeInBothThemes();

    told.pass(12_000);
    await started;
    await tab.until("the row is gone", async () => await tab.page.locator(row).count() === 0);
    await tab.untilReads("#swaps", /cluster\s*api\s*new, v1\s*15\.0\ss/);
    await tab.page.getByRole("button", { name: "Table" }).click();
    await tab.untilReads(
      "#timeline",
      /cluster api\s*warming → active\s*ready without an answer: initial fetch timed out/,
    );
    assert.match(tab.page.url(), /table=1/);
    tab.hasNoComplaints();
  },
);

testInChromium("a wait without a timeout is a problem after 30 s, one click from the Overview", async (browser) => {
  await using told = await ToldConsole.open(CDS);
  await startWith(told, edsCluster("api", "0s"));
  await using tab = await ConsolePage.open(browser, told, "/warming/cluster/api");
  await tab.untilReads(`${rowOf("cluster/api")}.is-target`, /no timeout/);
  await tab.untilReads(rowOf("cluster/api"), /it waits for ever: set initial_fetch_timeout/);
  await tab.page.getByRole("link", { name: "Overview", exact: true }).click();
  told.pass(29_000);
  await tab.untilReads("h1", /problem/);
  await tab.untilReads(".problem.is-warn", /Cluster api waits for endpoints of api-svc, no timeout/);
  told.pass(2000);
  await tab.untilReads(".problem.is-bad", /Cluster api waits for endpoints of api-svc, no timeout/);
  await tab.page.locator(".problems").getByRole("link", { name: /Cluster api waits/ }).click();
  await tab.untilReads(`${rowOf("cluster/api")}.is-target`, /endpoints of api-svc/);
  tab.hasNoComplaints();
});

testInChromium("Warming counts first health checks up, and shows the swap with its versions", async (browser) => {
  const moods = ["passing", "passing", "held", "held", "held"] as const;
  const origins = moods.map((mood, at) => new CheckedOrigin(`origin ${at}`, mood));
  await using closing = new AsyncDisposableStack();
  for (const origin of origins) closing.use(origin);
  using files = new DynamicFiles();
  files.clusters(staticCluster("api", [origins[0]!.port]));
  files.serve("main", route("/", "api"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  await using tab = await ConsolePage.open(browser, proxy, "/");
  await tab.page.getByRole("link", { name: "Warming", exact: true }).click();
  await tab.untilReads("#waiting", /Nothing is warming\. Last: .*, \d\d:\d\d:\d\d\./);

  const checks = healthChecks({ timeout: "60s", interval: "60s", no_traffic_interval: "60s" });
  files.clusters(staticCluster("api", origins.map(({ port }) => port), checks));
  const row = rowOf("cluster/api");
  await tab.untilReads(row, /v\d+ replacing v\d+, which still serves/);
  await tab.untilReads(row, /health checks 2 of 5/);
  await tab.untilReads(row, new RegExp(`first check of 127\\.0\\.0\\.1:${origins[2]!.port}.*times out in`));
  await tab.untilReads(row, /waited for by\s*routes main.*listener web \(its routes main name it\)/s);
  await tab.passesAxeInBothThemes();
  await tab.fitsItsScreen();
  await tab.takePictures("warming");
  await tab.takeReadmePicture("warming", { top: 112, height: 316 });
  origins[2]!.decide("failing");
  await tab.untilReads(row, /health checks 3 of 5/);
  await tab.untilReads(row, new RegExp(`answered:\\s*127\\.0\\.0\\.1:${origins[2]!.port}\\s*failed, HTTP 500`));
  for (const origin of origins) origin.decide("passing");
  await tab.untilReads("#swaps tr", /cluster\s*api\s*v\d+ → v\d+/);
  await tab.untilReads("#waiting", /Nothing is warming\. Last: cluster api, /);
  await tab.untilReads("#timeline", /health checks/);
  tab.hasNoComplaints();
});

testInChromium("before LIVE the console loads and shows how far the start is", async (browser) => {
  await using dns = startDnsServer();
  using files = new DynamicFiles();
  dns.set("web.test", { a: ["127.0.0.1"], isHeld: true });
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({
    config: files.bootstrap({
      typed_dns_resolver_config: dnsResolver(dns.port),
      static_resources: { clusters: [dnsCluster("web", "STRICT_DNS", "web.test", 80)] },
    }),
    until: "admin",
  });
  await dns.untilAsked("web.test");
  await using tab = await ConsolePage.open(browser, proxy, "/");
  await tab.page.getByRole("link", { name: /^Warming/ }).first().click();
  await tab.untilReads(".start-step.is-waiting", /Primary clusters\s*waiting \d+\ss/);
  await tab.untilReads(".start-step.is-todo", /LIVE\s*not yet/);
  await tab.untilReads(rowOf("cluster/web"), /first DNS answer for web\.test/);
  await tab.passesAxe();
  await tab.takePictures("warming-start");
  await dns.release("web.test");
  await tab.untilReads(".start-step.is-done", /LIVE\s*serves/);
  await tab.untilReads("#waiting", /Nothing is warming/);
  tab.hasNoComplaints();
});
