/**
 * The Runtime page in a real Chromium against a real proxy with two workers under load (spec/console.md 11, items 2 to 4):
 * what is set by slider is what requests get, on each worker; it goes back by undo, by the clock and when nobody keeps it;
 * nobody's change is lost; what cannot be set is said. Waits are for what the page or the proxy shows, never for time.
 */

import { equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Browser } from "playwright-core";
import type { RuntimeChange } from "../../src/admin/contract/runtime.ts";
import type { WorkerItem } from "../../src/admin/contract/workers.ts";
import { bootstrapOf, directRoute, httpListener, staticCluster } from "../support/bootstrap.ts";
import { ConsolePage, SteadyTraffic, testInChromium } from "../support/console_page.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

const WORKERS = 2;
/** Each is of one worker; that all are of the same is as likely as one in 32,768. */
const CONNECTIONS = 16;
const REQUESTS_EACH = 250;

const MAINTENANCE = "upstream.maintenance_mode.web";
const CANARY = "routing.canary";

/** Layers as the bootstrap lists them, lowest first. */
const STATIC_AND_ADMIN = ["{ name: base, static_layer: { some: { key: 7 } } }", "{ name: admin, admin_layer: {} }"];

const VIEWER_TOKEN = "a-token-of-one-who-may-only-look-at-it";

async function start(
  origin: Origin,
  layers: readonly string[] = STATIC_AND_ADMIN,
  args: readonly string[] = [],
): Promise<RunningProxy> {
  const canary = `{ default_value: { numerator: 0, denominator: HUNDRED }, runtime_key: ${CANARY} }`;
  const config = bootstrapOf(
    [httpListener("web", {
      routes: [
        `{ match: { prefix: /canary, runtime_fraction: ${canary} }, direct_response: { status: 204 } }`,
        directRoute("/direct", "here"),
        "{ match: { prefix: / }, route: { cluster: web } }",
      ],
    })],
    [staticCluster("web", [origin.port])],
    ["node: { id: node-1, cluster: edge }", `layered_runtime: { layers: [${layers.join(", ")}] }`],
  );
  return await startProxy({ config, concurrency: WORKERS, args });
}

/** Opens the drawer of a key. */
async function openKey(browser: Browser, proxy: RunningProxy, key: string): Promise<ConsolePage> {
  const tab = await ConsolePage.open(browser, proxy, `/runtime/key/${key}`);
  await tab.untilReads(".drawer h2", new RegExp(`^${key.replaceAll(".", "\\.")}$`));
  await tab.untilReads(".edit-form", /Review change/);
  return tab;
}

/** Types a raw value and goes to the review. */
async function typeRaw({ page }: ConsolePage, text: string): Promise<void> {
  const raw = page.getByRole("button", { name: "Raw" });
  if (await raw.getAttribute("aria-pressed") === "false") await raw.click();
  await page.getByLabel("Raw value").fill(text);
}

/** Presses Tab until an element with this text has the focus. */
async function tabTo({ page }: ConsolePage, element: string, text: RegExp): Promise<void> {
  const wanted = page.locator(`${element}:focus`).filter({ hasText: text });
  for (let steps = 0; steps < 30; steps++) {
    if (await wanted.count() > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${text}`);
}

/** From the review on; the answer is how long the slowest worker took. */
async function apply(tab: ConsolePage, reason: string): Promise<number> {
  await tab.page.getByLabel("Reason").fill(reason);
  await tab.page.getByRole("button", { name: /^Apply/ }).click();
  const everywhere = new RegExp(`Applied by ${WORKERS}/${WORKERS} workers in [\\d.]+ ms`);
  await tab.untilReads(".result", everywhere);
  return Number(/in ([\d.]+) ms/.exec(await tab.page.locator(".result").innerText())?.[1]);
}

/** Shares of a status among the requests of each of many connections. */
async function sharesOf(status: number, url: string): Promise<number[]> {
  return await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 1 });
    let found = 0;
    for (let request = 0; request < REQUESTS_EACH; request++) {
      const response = await fetch(url, { client });
      await response.body?.cancel();
      if (response.status === status) found++;
    }
    return found / REQUESTS_EACH;
  }));
}

/** Every connection, and so every worker, is within six standard deviations, and so are all together. */
function isShare(shares: readonly number[], wanted: number): void {
  const deviation = Math.sqrt(wanted * (1 - wanted) / REQUESTS_EACH);
  for (const share of shares) {
    ok(Math.abs(share - wanted) <= 6 * deviation, `Share ${share} of one connection is not about ${wanted}`);
  }
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  ok(
    Math.abs(mean - wanted) <= 6 * deviation / Math.sqrt(shares.length),
    `Share ${mean} of all connections is not about ${wanted}`,
  );
}

/** The value in force, raw, as Envoy's own endpoint has it; empty = none. */
async function valueOf(proxy: RunningProxy, key: string): Promise<string> {
  const { entries } = JSON.parse(await proxy.admin("/runtime")) as { entries: Record<string, { final_value: string }> };
  return entries[key]?.final_value ?? "";
}

async function lastChange(proxy: RunningProxy): Promise<RuntimeChange> {
  const body = JSON.parse(await proxy.admin("/api/v1/runtime/history?limit=1")) as { items: RuntimeChange[] };
  return body.items[0]!;
}

testInChromium("Runtime sets a share by slider on every worker within 100 ms, and takes it back", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await using _traffic = new SteadyTraffic(`${proxy.listenerUrl("web")}/`);
  await using tab = await openKey(browser, proxy, MAINTENANCE);
  const { page } = tab;

  await page.getByLabel("Share", { exact: true }).fill("25");
  await tab.untilReads(".value-words", /25 % of requests/);
  await page.getByRole("button", { name: "Review change" }).click();
  await tab.untilReads(".review-table", /none → 25.*0 % of requests.*→ 25 % of requests/s);
  const tookMs = await apply(tab, "INC-4711 shed load");
  ok(tookMs <= 100, `The slowest worker took ${tookMs} ms`);

  isShare(await sharesOf(503, `${proxy.listenerUrl("web")}/`), 0.25);
  await proxy.until("each worker had some of these connections", async () => {
    const { items } = JSON.parse(await proxy.admin("/api/v1/workers")) as { items: WorkerItem[] };
    return items.length === WORKERS && items.every(({ accept_share: share }) => share !== null && share > 0);
  });
  await tab.untilReads(
    ".matrix tr",
    new RegExp(`${MAINTENANCE.replaceAll(".", "\\.")}.*override.*25`, "s"),
  );
  await tab.untilReads(".result .live-stats", /cluster\.web\.upstream_rq_maintenance_mode/);
  equal((await lastChange(proxy)).reason, "INC-4711 shed load");

  await page.locator(".drawer h2").focus();
  await page.keyboard.press("Control+z");
  await tab.untilReads(".dialog", /25 → none/);
  await page.locator(".dialog").getByRole("button", { name: "Undo" }).click();
  await tab.untilReads(".result", new RegExp(`Undone by ${WORKERS}/${WORKERS} workers`));
  isShare(await sharesOf(503, `${proxy.listenerUrl("web")}/`), 0);
  tab.hasNoComplaints();
});

testInChromium("Runtime keeps a raw fraction letter by letter, and the route follows it", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await using tab = await openKey(browser, proxy, CANARY);
  const text = "{numerator:  300000, denominator: MILLION}";
  await typeRaw(tab, text);
  await tab.untilReads(".value-words", /300.000 of 1.000.000 .*\(30 %\)/);
  await tab.page.getByRole("button", { name: "Review change" }).click();
  await apply(tab, "canary");
  equal(await valueOf(proxy, CANARY), text);
  isShare(await sharesOf(204, `${proxy.listenerUrl("web")}/canary`), 0.3);

  // The slider shows it, and as long as nobody moves it the text stays.
  await tab.page.getByRole("button", { name: "Raw" }).click();
  equal(await tab.page.getByLabel("Share", { exact: true }).inputValue(), "300000");
  equal(await tab.page.getByLabel("Denominator").inputValue(), "1000000");
  ok(await tab.page.getByRole("button", { name: "Review change" }).isDisabled());
  tab.hasNoComplaints();
});

testInChromium("Runtime refuses a value of the wrong type before it is sent", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await using tab = await openKey(browser, proxy, MAINTENANCE);
  await typeRaw(tab, "lots");
  await tab.untilReads(".value-words", /another type.*wanted a whole number of percent/s);
  ok(await tab.page.getByRole("button", { name: "Review change" }).isDisabled());
  ok(await tab.page.getByRole("button", { name: "Add to change set" }).isDisabled());
  equal(await valueOf(proxy, MAINTENANCE), "");
  await typeRaw(tab, "150");
  await tab.untilReads(".notice", /More than 100 % means always/);
  tab.hasNoComplaints();
});

testInChromium("Runtime overrides expire with the page closed", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  {
    await using tab = await openKey(browser, proxy, MAINTENANCE);
    await tab.page.getByLabel("Share, out of 100").fill("100");
    await tab.page.getByRole("button", { name: "Review change" }).click();
    await tab.page.getByLabel("Expires").selectOption("custom");
    await tab.page.getByLabel("Minutes").fill("0.05");
    await apply(tab, "for a moment");
    await tab.untilReads(".badge", /expires in 0:0\d/);
  }
  await proxy.until("the override had gone", async () => await valueOf(proxy, MAINTENANCE) === "");
  await using tab = await ConsolePage.open(browser, proxy, "/runtime/history");
  await tab.untilReads(".change.is-applied", /expiry.*upstream\.maintenance_mode\.web 100 → none/s);
  await tab.untilReads(".change.is-expired", /for a moment/);
  isShare(await sharesOf(503, `${proxy.listenerUrl("web")}/`), 0);
  tab.hasNoComplaints();
});

testInChromium("Runtime takes a change back that nobody keeps, also when the tab is killed", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  const guard = async (tab: ConsolePage, seconds: string) => {
    await tab.page.getByLabel("Share, out of 100").fill("50");
    await tab.page.getByRole("button", { name: "Review change" }).click();
    await tab.page.getByLabel("Revert by itself unless I press Keep").check();
    await tab.page.getByLabel("Seconds to keep it within").fill(seconds);
    await apply(tab, "guarded");
    await tab.untilReads(".notice", /goes back in \d:\d\d unless it is kept/);
  };
  {
    await using tab = await openKey(browser, proxy, MAINTENANCE);
    await guard(tab, "2");
  }
  await proxy.until("the change had gone back", async () => await valueOf(proxy, MAINTENANCE) === "");
  equal((await lastChange(proxy)).source, "confirm_timeout");

  await using tab = await openKey(browser, proxy, MAINTENANCE);
  await guard(tab, "600");
  await tab.page.locator(".drawer").getByRole("button", { name: "Keep", exact: true }).click();
  await tab.untilReads(".result", /Kept/);
  equal(await valueOf(proxy, MAINTENANCE), "50");
  equal(await tab.page.getByText("unless it is kept").count(), 0);
  tab.hasNoComplaints();
});

testInChromium("Runtime loses no change when two edit one key, and takes both of two keys", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await using ana = await openKey(browser, proxy, MAINTENANCE);
  await using ben = await openKey(browser, proxy, MAINTENANCE);

  // Ana is at her review when Ben applies.
  await ana.page.getByLabel("Share, out of 100").fill("10");
  await ana.page.getByRole("button", { name: "Review change" }).click();
  await ana.untilReads(".dialog-note", /Checked by the proxy/);
  await ben.page.getByLabel("Share, out of 100").fill("20");
  await ben.page.getByRole("button", { name: "Review change" }).click();
  await apply(ben, "by ben");
  await ana.page.getByRole("button", { name: "Apply 1" }).click();
  await ana.untilReads(".dialog h2", /Somebody else changed this meanwhile/);
  await ana.untilReads(".conflict", /Mine\s*10\s*Theirs\s*20.*by ben\s*Before both\s*none/s);
  equal(await valueOf(proxy, MAINTENANCE), "20");
  await ana.page.getByRole("button", { name: "Overwrite" }).click();
  await ana.untilReads(".review-table", /20 → 10/);
  await apply(ana, "by ana");
  equal(await valueOf(proxy, MAINTENANCE), "10");

  // Ben types while Ana's value comes in: he is told at once.
  await ben.untilReads(".layer-stack", /admin\s*10/);
  await ben.page.getByLabel("Share, out of 100").fill("30");
  await proxy.admin(`/runtime_modify?${MAINTENANCE}=40`, { method: "POST" });
  await ben.untilReads(".drawer .notice", /admin-api 127\.0\.0\.1 changed this key meanwhile: it has 40/);
  await ben.page.getByRole("button", { name: "Take theirs" }).click();
  equal(await ben.page.getByLabel("Share, out of 100").inputValue(), "40");

  await using other = await openKey(browser, proxy, CANARY);
  await other.page.getByLabel("Share, out of 100").fill("5");
  await other.page.getByRole("button", { name: "Review change" }).click();
  await ben.page.getByLabel("Share, out of 100").fill("60");
  await ben.page.getByRole("button", { name: "Review change" }).click();
  await Promise.all([apply(other, "other key"), apply(ben, "this key")]);
  equal(await valueOf(proxy, CANARY), "5");
  equal(await valueOf(proxy, MAINTENANCE), "60");
  for (const tab of [ana, ben, other]) {
    // The browser notes the 409, which was wanted.
    const others = tab.complaints.filter((text) => !/409/.test(text));
    equal(others.join(), "");
  }
});

testInChromium("Runtime is edited and taken back with the keyboard alone", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await proxy.admin(`/runtime_modify?${MAINTENANCE}=1`, { method: "POST" });
  await using tab = await ConsolePage.open(browser, proxy);
  const { keyboard } = tab.page;
  await tab.untilReads(".link", /live/);
  for (const key of ["g", "r"]) await keyboard.press(key);
  await tab.untilReads(".matrix tr", new RegExp(MAINTENANCE));
  for (const row of [/some\.key/, new RegExp(MAINTENANCE)]) {
    await keyboard.press("j");
    await tab.untilReads("tr:focus", row);
  }
  await keyboard.press("Enter");
  await tab.untilReads(".edit-form", /Review change/);
  await keyboard.press("e");
  for (let steps = 0; steps < 6; steps++) await keyboard.press("ArrowRight");
  await tab.untilReads(".value-words", /7 % of requests/);
  await tabTo(tab, "button", /Review change/);
  await keyboard.press("Enter");
  await tab.untilReads(".dialog-note", /Checked by the proxy/);
  await tabTo(tab, "button", /Apply 1/);
  await keyboard.press("Enter");
  await tab.untilReads(".result", new RegExp(`Applied by ${WORKERS}/${WORKERS} workers`));
  equal(await valueOf(proxy, MAINTENANCE), "7");
  await keyboard.press("u");
  await tab.untilReads(".dialog", /7 → 1/);
  await tabTo(tab, "button", /^Undo$/);
  await keyboard.press("Enter");
  await tab.untilReads(".result", /Undone by/);
  equal(await valueOf(proxy, MAINTENANCE), "1");
  await keyboard.press("Escape");
  await tab.page.locator(".drawer").waitFor({ state: "detached" });
  tab.hasNoComplaints();
});

testInChromium("Runtime shows what /runtime_modify changes, live and with who did it", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await using history = await ConsolePage.open(browser, proxy, "/runtime/history");
  await history.untilReads(".empty", /No value has been changed/);
  await using matrix = await ConsolePage.open(browser, proxy, "/runtime");
  await matrix.untilReads(".matrix", /some\.key/);

  await proxy.admin("/runtime_modify?some.key=8&upstream.use_retry=90&mine=yes", { method: "POST" });
  await history.untilReads(".change", /admin-api 127\.0\.0\.1.*\/runtime_modify.*some\.key none → 8.*mine none → yes/s);
  await matrix.untilReads(".matrix tr", /some\.key.*override.*7.*8.*8/s);
  await matrix.untilReads(".matrix tr", /mine.*override.*unknown key.*yes/s);
  await matrix.takeReadmePicture("runtime", { top: 72, height: 330 });

  // The kill switch, and back.
  await matrix.page.locator("main").getByText("More", { exact: true }).click();
  await matrix.page.getByRole("button", { name: "Disable all overrides…" }).click();
  await matrix.page.getByRole("button", { name: "Disable all", exact: true }).click();
  await matrix.untilReads(".notice", /All overrides are disabled: 3 values are parked/);
  equal(await valueOf(proxy, "some.key"), "7");
  await matrix.page.getByRole("button", { name: "Re-enable…" }).click();
  await matrix.untilReads(".dialog", /some\.key 8/);
  await matrix.page.getByRole("button", { name: "Re-enable", exact: true }).click();
  await matrix.untilReads(".matrix tr", /some\.key.*override/s);
  equal(await valueOf(proxy, "some.key"), "8");
  history.hasNoComplaints();
  matrix.hasNoComplaints();
});

testInChromium("Runtime without an admin layer is read-only and says what to add", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin, ["{ name: base, static_layer: { some: { key: 7 } } }"]);
  await using tab = await ConsolePage.open(browser, proxy, "/runtime");
  await tab.untilReads(".notice", /without an admin layer.*Add this as the last layer and restart/s);
  equal(await tab.page.locator(".notice pre").innerText(), "- name: admin\n  admin_layer: {}\n");
  ok(await tab.page.getByRole("button", { name: "Set a key" }).isDisabled());
  await tab.page.getByRole("link", { name: "some.key", exact: true }).click();
  await tab.untilReads(".drawer", /Read only/);
  ok(await tab.page.getByLabel("Raw value").isDisabled());
  ok(await tab.page.getByRole("button", { name: "Review change" }).isDisabled());
  tab.hasNoComplaints();
});

testInChromium("Runtime shows a viewer everything and lets him change nothing", async (browser) => {
  await using origin = startOrigin();
  const tokens = await Deno.makeTempFile({ prefix: "denvoy-tokens-" });
  try {
    const hash = createHash("sha256").update(VIEWER_TOKEN).digest("hex");
    await Deno.writeTextFile(tokens, `vic:viewer:${hash}\n`);
    await using proxy = await start(origin, STATIC_AND_ADMIN, ["--admin-token-file", tokens]);
    await using tab = await ConsolePage.open(browser, proxy, "/runtime");
    await tab.page.getByLabel("Token").fill(VIEWER_TOKEN);
    await tab.page.locator(".sign-in").getByRole("button", { name: "Sign in" }).click();
    await tab.page.getByRole("link", { name: "some.key", exact: true }).click();
    await tab.untilReads(".edit-form", /Read only: needs role operator/);
    for (const name of ["Set a key", "Review change", "Add to change set"]) {
      ok(await tab.page.getByRole("button", { name }).isDisabled(), name);
    }
    ok(await tab.page.getByLabel("Raw value").isDisabled());
  } finally {
    await Deno.remove(tokens);
  }
});

testInChromium("Runtime says that an edit below an RTDS layer has no effect", async (browser) => {
  await using origin = startOrigin();
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const type = "type.googleapis.com/envoy.service.runtime.v3.Runtime";
    const layer = { "@type": type, name: "prod", layer: { [MAINTENANCE]: 3 } };
    await Deno.writeTextFile(path, JSON.stringify({ version_info: "1", resources: [layer] }));
    const source = `{ path_config_source: { path: ${JSON.stringify(path)} } }`;
    const rtds = `{ name: rtds_prod, rtds_layer: { name: prod, rtds_config: ${source} } }`;
    await using proxy = await start(origin, [...STATIC_AND_ADMIN, rtds]);
    await using tab = await openKey(browser, proxy, MAINTENANCE);
    await tab.untilReads(".notices", /rtds_prod lies above the admin layer/);
    await tab.page.getByLabel("Share, out of 100").fill("25");
    await tab.untilReads(".edit-form .notice", /Layer rtds_prod has a value for this key and lies above admin/);
    await tab.page.getByRole("button", { name: "Review change" }).click();
    await tab.untilReads(".review-table", /stored, not used.*3 % of requests → 3 % of requests/s);
    await apply(tab, "in vain");
    await tab.untilReads(".result", /stored, not used, because layer rtds_prod/);
    equal(await valueOf(proxy, MAINTENANCE), "3");
    tab.hasNoComplaints();
  } finally {
    await Deno.remove(path);
  }
});

testInChromium("Runtime takes values in as text, gives them out as text, and fits a phone", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await start(origin);
  await using tab = await ConsolePage.open(browser, proxy, "/runtime?q=key&view=catalog");
  const { page } = tab;
  await tab.untilReads(".matrix", /some\.key/);
  equal(await page.getByText("No key matches").count(), 0);

  await page.locator("main").getByText("More", { exact: true }).click();
  await page.getByRole("button", { name: "Import…" }).click();
  await page.locator(".dialog textarea").fill(`some: { key: 9 }\n${MAINTENANCE}: lots\nupstream.use_retry: 50\n`);
  await page.getByRole("button", { name: "Read" }).click();
  await tab.untilReads(
    ".review-table",
    /maintenance_mode\.web.*another type.*invalid.*some\.key\s*add.*use_retry\s*add/s,
  );
  await page.getByRole("checkbox", { name: "upstream.use_retry" }).uncheck();
  await page.getByRole("button", { name: "Review 1" }).click();
  await apply(tab, "import");
  equal(await valueOf(proxy, "some.key"), "9");
  equal(await valueOf(proxy, "upstream.use_retry"), "");

  await page.locator("main").getByText("More", { exact: true }).click();
  await page.getByRole("button", { name: "Export…" }).click();
  await tab.untilReads(".dialog pre", /static_layer:\s+"some\.key": 9/);
  await tab.passesAxe();
  await page.keyboard.press("Escape");

  await page.goto(`${proxy.adminUrl}/console/runtime`);
  await tab.untilReads(".matrix", /some\.key/);
  await tab.fitsItsScreen();
  await tab.passesAxeInBothThemes();
  await tab.takePictures("runtime");
  await page.goto(`${proxy.adminUrl}/console/runtime/key/${MAINTENANCE}`);
  await tab.untilReads(".drawer", /Where used/);
  await tab.fitsItsScreen();
  await tab.passesAxeInBothThemes();
  await tab.takePictures("runtime-key");
  await page.getByLabel("Share, out of 100").fill("25");
  await page.getByRole("button", { name: "Review change" }).click();
  await tab.untilReads(".dialog-note", /Checked/);
  await tab.passesAxeInBothThemes();
  await tab.takePictures("runtime-review");
  await page.goto(`${proxy.adminUrl}/console/runtime/history`);
  await tab.untilReads(".change", /import/);
  await tab.fitsItsScreen();
  await tab.passesAxeInBothThemes();
  await tab.takePictures("runtime-history");
  match(await page.title(), /node-1/);
  tab.hasNoComplaints();
});
