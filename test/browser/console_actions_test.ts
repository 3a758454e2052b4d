/**
 * Signing in, actions with confirmation and progress, the audit, and what other sites' pages are refused, in a real Chromium
 * against a real proxy (spec/console.md 5.14 and 11, items 9 and 10).
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { ConsolePage, testInChromium } from "../support/console_page.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

const CONFIG = `node: { id: node-1, cluster: edge }\n${bootstrap({ routes: [directRoute("/", "hello")] })}`;

function tokenLine(name: string, role: string): string {
  return `${name}:${role}:${createHash("sha256").update(`${name}-secret`).digest("hex")}\n`;
}

/** A proxy that wants tokens: `vic` may look, `root` may do everything. */
async function withTokens(story: (proxy: RunningProxy) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "denvoy-tokens-" });
  await Deno.writeTextFile(path, tokenLine("vic", "viewer") + tokenLine("root", "admin"));
  try {
    await using proxy = await startProxy({ config: CONFIG, args: ["--admin-token-file", path] });
    await story(proxy);
  } finally {
    await Deno.remove(path);
  }
}

async function signIn({ page }: ConsolePage, token: string): Promise<void> {
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

testInChromium("a reader signs in, sees what a role may not do, and signs out", async (browser) => {
  await withTokens(async (proxy) => {
    await using console = await ConsolePage.open(browser, proxy, "/actions");
    const { page } = console;
    await console.untilReads(".sign-in", /wants a token/);
    await console.passesAxeInBothThemes();
    await console.takePictures("sign-in");
    await signIn(console, "a guess");
    await console.untilReads(".sign-in .form-error", /not known/);
    await signIn(console, "vic-secret");
    await console.untilReads(".session", /vic\s*viewer/);
    await console.untilReads(".card", /Drain & stop…\s*needs role admin/);
    ok(await page.getByRole("button", { name: "Fail health checks…" }).isDisabled());
    const [cookie] = await page.context().cookies();
    deepEqual([cookie!.httpOnly, cookie!.sameSite, cookie!.path], [true, "Strict", "/"]);
    equal(await page.evaluate("document.cookie"), "");
    // By hand, with the page's own cookie.
    const status = await page.evaluate(
      `fetch("/api/v1/actions/healthcheck_fail", { method: "POST", headers: { "x-console": "1" } }).then((a) => a.status)`,
    );
    equal(status, 403);
    await page.getByRole("button", { name: "Sign out" }).click();
    await console.untilReads(".sign-in", /wants a token/);
  });
});

testInChromium("health checks are failed and restored, with a reason, and the audit shows it live", async (browser) => {
  await using proxy = await startProxy({ config: CONFIG });
  await using console = await ConsolePage.open(browser, proxy, "/actions");
  await using audit = await ConsolePage.open(browser, proxy, "/audit");
  const { page } = console;
  await audit.untilReads(".empty", /Nothing was changed/);
  await console.untilReads(".card", /health checks are answered as they find/);
  await console.passesAxeInBothThemes();
  await console.fitsItsScreen();
  await page.getByRole("button", { name: "Fail health checks…" }).click();
  await page.getByLabel("Reason").fill("INC-4711");
  await console.passesAxeInBothThemes();
  await page.getByRole("button", { name: "Fail health checks", exact: true }).click();
  await console.untilReads("#done .table", /Fail health checks\s*admin-api 127\.0\.0\.1.*INC-4711/s);
  await audit.untilReads(
    ".audit-table",
    /action\.healthcheck_fail.*health checks as found → health checks fail.*INC-4711/s,
  );
  equal(await fetch(`${proxy.adminUrl}/ready`).then((answer) => answer.text()), "DRAINING\n");
  await page.getByRole("button", { name: "Restore health checks…" }).click();
  await page.getByRole("button", { name: "Restore health checks", exact: true }).click();
  await console.untilReads(".card", /health checks are answered as they find/);
  await fetch(`${proxy.adminUrl}/reset_counters`, { method: "POST", headers: { origin: "http://evil.example" } })
    .then((answer) => answer.body?.cancel());
  await audit.untilReads(".audit-table .is-refused", /refused with 403: request from origin/);
  await audit.passesAxeInBothThemes();
  await audit.fitsItsScreen();
  await console.takePictures("actions");
  await audit.takePictures("audit");
  console.hasNoComplaints();
  audit.hasNoComplaints();
});

testInChromium("Drain & stop wants the node's id, shows how far it is, and is broken off", async (browser) => {
  await using proxy = await startProxy({ config: CONFIG });
  await using console = await ConsolePage.open(browser, proxy, "/actions");
  const { page } = console;
  await page.getByLabel("Seconds for load balancers").fill("600");
  await page.getByRole("button", { name: "Drain & stop…" }).click();
  const go = page.getByRole("button", { name: "Drain & stop", exact: true });
  ok(await go.isDisabled());
  await page.getByLabel("This cannot be undone").fill("node-1");
  await console.takePictures("actions-confirm");
  await go.click();
  await console.untilReads(".action-run .is-active", /Load balancers are given time to see it.*\d{3} s/s);
  await console.untilReads(".action-run", /Connections left: web 0/);
  await console.passesAxeInBothThemes();
  await console.takePictures("actions-progress");
  await page.getByRole("button", { name: "Break off" }).click();
  await console.untilReads("#done .table", /Drain & stop \(broken off\)/);
  equal(await proxy.admin("/ready"), "LIVE\n");
  console.hasNoComplaints();
});

testInChromium("a page of another site can neither change, nor read, nor frame the console", async (browser) => {
  await using proxy = await startProxy({ config: CONFIG });
  await using evil = startOrigin(() =>
    new Response("<!doctype html><title>evil</title><p>", { headers: { "content-type": "text/html" } })
  );
  const page = await browser.newPage();
  try {
    await page.goto(evil.url);
    const tried = await page.evaluate(`(async () => {
      const outcome = (promise) => promise.then((answer) => answer.type + " " + answer.status, () => "refused");
      const admin = ${JSON.stringify(proxy.adminUrl)};
      return [
        await outcome(fetch(admin + "/quitquitquit", { method: "POST" })),
        await outcome(fetch(admin + "/quitquitquit", { method: "POST", mode: "no-cors" })),
        await outcome(fetch(admin + "/api/v1/actions/healthcheck_fail", { method: "POST", headers: { "x-console": "1" } })),
        await outcome(fetch(admin + "/api/v1/overview")),
        await outcome(fetch(admin + "/server_info")),
      ];
    })()`);
    // What is not refused by the browser is opaque to the page.
    match(JSON.stringify(tried), /^\["refused","(opaque 0|refused)","refused","refused","refused"\]$/);
    await page.evaluate(`document.body.innerHTML = '<iframe src="${proxy.adminUrl}/console/"></iframe>'`);
    await page.waitForFunction("frames.length === 1");
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await frame?.waitForLoadState();
    equal(await frame?.locator("#app").count() ?? 0, 0);
  } finally {
    await page.close();
  }
  equal(await proxy.admin("/ready"), "LIVE\n");
  const { items } = JSON.parse(await proxy.admin("/api/v1/audit")) as { items: { action: string; result: string }[] };
  ok(items.length >= 2 && items.every(({ result }) => result.startsWith("refused with 403")));
});
