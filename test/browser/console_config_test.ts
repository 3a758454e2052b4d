/**
 * The Config and Control plane pages in a real Chromium against a real proxy whose configuration is in files
 * (spec/console.md 5.8, 5.9 and 11, items 7, 9 and 11): a listener that is refused is named with its error, its version stands
 * beside the one that still serves, no secret is shown, no name does anything, and thousands of clusters stay quick.
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ConsolePage, testInChromium } from "../support/console_page.ts";
import { DynamicFiles, type Fields, route, staticCluster } from "../support/dynamic_files.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";

/** Until a page of the console shows what a file brought: a look at files, a tick of the stream, an answer. */
const NEWS_MS = 10_000;

/** Until thousands of clusters are read; the page is there before. */
const START_MS = 60_000;

/** From a press to the page that answers it, with thousands of clusters, on a machine that does other things beside. */
const BIG_MS = 3000;

testInChromium(
  "Config and Control plane show a refused listener, its error and its difference, while the old one serves",
  async (browser) => {
    await using origin = startOrigin();
    using files = new DynamicFiles();
    files.clusters(staticCluster("web", [origin.port]));
    files.serve("routes", route("/", "web"));
    await using proxy = await startProxy({ config: files.bootstrap() });
    await using tab = await ConsolePage.open(browser, proxy, "/xds");
    await tab.untilReads("#sources tbody tr", /LDS.*Accepted/s);

    files.listeners(files.listener("web", "routes", { codec_type: "HTTP3" }));
    await tab.untilReads(".nack", /LDS version \d+.*web/s, NEWS_MS);
    match(await tab.page.locator(".nack-error").innerText(), /HTTP3|QUIC|not supported/i);
    await tab.untilReads("#messages tbody tr", /Refused/);
    await tab.passesAxeInBothThemes();
    await tab.fitsItsScreen();
    await tab.takePictures("xds");

    // Question 7 of spec/console.md 1: what came last, was it taken, what changed. One press from here.
    await tab.page.locator(".nack a").click();
    await tab.untilReads(".diff-line.is-added", /codec_type: HTTP3/);
    await tab.passesAxeInBothThemes();
    await tab.takePictures("config-diff");
    await tab.page.locator("button", { hasText: "Side by side" }).click();
    await tab.untilReads(".diff-pair .is-added", /codec_type: HTTP3/);
    match(tab.page.url(), /[?&]split=1/);
    await tab.takePictures("config-split");

    equal((await (await fetch(`${proxy.listenerUrl("web")}/`)).text()).length > 0, true);
    await tab.page.goto(`${proxy.adminUrl}/console/config/listener/web`);
    await tab.untilReads(".config-head", /active, update refused.*NACKED/s);
    await tab.untilReads(".config-versions tbody tr", /refused/);
    await tab.untilReads(".config-versions tbody tr", /in force/);
    await tab.passesAxeInBothThemes();
    await tab.fitsItsScreen();
    await tab.takePictures("config-resource");

    files.serve("routes", route("/", "web"));
    await tab.until("the page says that it was taken", async () => {
      return !/refused/.test(await tab.page.locator(".config-head").innerText());
    }, NEWS_MS);
    tab.hasNoComplaints();
  },
);

testInChromium("Config answers what came last and what changed within two presses of the Overview", async (browser) => {
  using files = new DynamicFiles();
  files.clusters(staticCluster("web", [1]));
  await using proxy = await startProxy({ config: files.bootstrap() });
  await using tab = await ConsolePage.open(browser, proxy, "/");
  await tab.untilReads(".nav-item", /Config/);
  await tab.page.locator(".nav-item", { hasText: "Config" }).click();
  await tab.untilReads(".push", /CDS.*added web/s);
  files.clusters(staticCluster("web", [2]), staticCluster("api", [3]));
  await tab.untilReads(".push", /CDS.*added api.*changed web/s, NEWS_MS);
  await tab.takePictures("config");
  await tab.page.locator(".push a", { hasText: "web" }).first().click();
  await tab.untilReads(".diff-line.is-removed", /port_value: 1/);
  await tab.untilReads(".diff-line.is-added", /port_value: 2/);
  tab.hasNoComplaints();
});

testInChromium("Config finds, folds, links and keeps the line in the address; Back undoes", async (browser) => {
  using files = new DynamicFiles();
  files.clusters(staticCluster("web", [1]));
  files.serve("routes", route("/", "web"));
  await using proxy = await startProxy({ config: files.bootstrap() });
  await using tab = await ConsolePage.open(browser, proxy, "/config/route/routes");
  await tab.untilReads(".code-line", /virtual_hosts:/);
  await tab.page.getByPlaceholder("Find", { exact: true }).fill("prefix");
  await tab.untilReads(".code-found", /1 found/);
  await tab.page.keyboard.press("Enter");
  await tab.untilReads(".code-line.is-target", /prefix/);
  match(tab.page.url(), /[?&]line=\d+/);
  await tab.page.reload();
  await tab.untilReads(".code-line.is-target", /prefix/);
  await tab.page.locator(".code-fold[aria-expanded]").first().click();
  await tab.untilReads(".code-line", /virtual_hosts:.*… \d+ lines/);
  await tab.page.locator("button", { hasText: "JSON" }).click();
  await tab.untilReads(".code-line", /"virtual_hosts": \[/);
  await tab.page.locator(".code-line a", { hasText: "web" }).click();
  await tab.untilReads(".config-head h2", /^web$/);
  await tab.page.goBack();
  await tab.untilReads(".config-head h2", /^routes$/);
  tab.hasNoComplaints();
});

testInChromium(
  "Config says that the bootstrap file is another one than runs, and Control plane that there is no source",
  async (browser) => {
    const config = JSON.stringify({
      admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
      static_resources: { clusters: [staticCluster("web", [1])] },
    });
    await using proxy = await startProxy({ config });
    await using tab = await ConsolePage.open(browser, proxy, "/xds");
    await tab.untilReads(".empty", /This proxy has no xDS source.*Config comes from .*envoy\.yaml, loaded at/s);
    const { bootstrap } = JSON.parse(await proxy.admin("/api/v1/config"));
    await Deno.writeTextFile(bootstrap.path, config.replace('"1s"', '"7s"'));
    await tab.page.locator(".nav-item", { hasText: "Config" }).click();
    await tab.untilReads(".banner", /differs from what runs; a restart is needed/);
    await tab.page.locator(".banner a", { hasText: "Compare" }).click();
    await tab.untilReads(".diff-line.is-added", /connect_timeout: 7s/, NEWS_MS);
    tab.hasNoComplaints();
  },
);

testInChromium("Config shows names that look like markup as names, and no secret", async (browser) => {
  const names = ["<img src=x onerror=alert(1)>", "javascript:alert(1)", "\u202etxt.exe/../x", "n".repeat(2000)];
  using files = new DynamicFiles();
  const secret = "s3cr3t-value-of-nobody";
  files.clusters(...names.map((name) => staticCluster(name, [1])));
  files.listeners(withPrivateKey(files.listener("tls", "routes"), secret));
  await using proxy = await startProxy({ config: files.bootstrap() });
  await using tab = await ConsolePage.open(browser, proxy, "/config");
  for (const name of names) {
    await tab.until(`the name ${name.slice(0, 20)}`, async () => {
      return (await tab.page.locator(".tree-name").allInnerTexts()).includes(name);
    });
    await tab.page.locator(".tree-item", { hasText: name }).first().click();
    await tab.until("its text", async () => (await tab.page.locator(".config-head h2").allInnerTexts())[0] === name);
    await tab.untilReads(".code-line", /name:/);
  }
  equal(await tab.page.locator(".content img").count(), 0);
  // Refused, since there is no TLS yet: what was refused is kept, and shown, without the key.
  for (const format of ["", "?format=json", "?format=yaml"]) {
    const text = await proxy.admin(`/api/v1/config/listener/tls${format}`);
    ok(!text.includes(secret) && text.includes("[redacted]"), format);
  }
  await tab.page.goto(`${proxy.adminUrl}/console/config/listener/tls`);
  await tab.untilReads(".code-line", /inline_string: "\[redacted\]"/);
  await tab.untilReads(".config-note", /\[redacted\]/);
  ok(!(await tab.page.content()).includes(secret));
  deepEqual(tab.complaints, []);
});

testInChromium("Config stays quick with 5,000 clusters", async (browser) => {
  using files = new DynamicFiles();
  // JSON by its name: ten times as fast to read as YAML.
  const many = Array.from({ length: 5000 }, (_, index) => staticCluster(`cluster-${index}`, [1 + index]));
  files.folder.move("many.json", files.response("cluster.v3.Cluster", many));
  const cds_config = { path_config_source: { path: files.folder.at("many.json") }, resource_api_version: "V3" };
  await using proxy = await startProxy({
    config: files.bootstrap({ dynamic_resources: { cds_config } }),
    until: "admin",
  });
  await using tab = await ConsolePage.open(browser, proxy, "/config");
  await tab.untilReads(".tree-title", /Clusters\s*5000/, START_MS);
  ok(await tab.page.locator(".tree-rows .row").count() < 200);
  await tab.page.locator("#config-filter").fill("cluster-4999");
  await tab.untilReads(".tree-item", /cluster-4999/, BIG_MS);
  await tab.page.locator(".tree-item", { hasText: "cluster-4999" }).click();
  await tab.untilReads(".code-line", /name: cluster-4999/, BIG_MS);
  tab.hasNoComplaints();
});

/** The listener with TLS before its filters. */
function withPrivateKey(listener: Fields, inline_string: string): Fields {
  const [chain] = listener["filter_chains"] as Fields[];
  const typed_config = {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
    common_tls_context: {
      tls_certificates: [{ certificate_chain: { filename: "/dev/null" }, private_key: { inline_string } }],
    },
  };
  return { ...listener, filter_chains: [{ ...chain, transport_socket: { name: "tls", typed_config } }] };
}
