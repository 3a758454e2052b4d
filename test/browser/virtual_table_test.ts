/**
 * The table of any length in a real Chromium (spec/console.md 9.3, 10.2): what it says to who cannot see it, its keys, and
 * 50,000 rows scrolled from end to end at 50 frames a second.
 */

import { equal, ok } from "node:assert/strict";
import type { Browser } from "playwright-core";
import { buildConsole } from "../../admin-ui/build.ts";
import { CONSOLE_HEADERS } from "../../src/admin/routes/console.ts";
import { ConsolePage, testInChromium } from "../support/console_page.ts";
import { REPOSITORY } from "../support/programs.ts";

const ROWS = 50_000;

/** Frames in which the table is scrolled. */
const FRAMES = 120;

/** 50 frames a second. */
const FRAME_MS = 20;

/** Opens the page of `test/support/long_table.tsx` with so many rows. */
async function withTable(browser: Browser, rows: number, story: (tab: ConsolePage) => Promise<void>): Promise<void> {
  const { style } = await buildConsole();
  const bundled = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--platform", "browser", "test/support/long_table.tsx"],
    cwd: REPOSITORY,
  }).output();
  if (!bundled.success) throw new Error(new TextDecoder().decode(bundled.stderr));
  const css = await Deno.readFile(`${REPOSITORY}admin-ui/dist/${style}`);
  const html = `<!doctype html><html lang="en"><head><title>Table</title><link rel="icon" href="data:,">` +
    `<link rel="stylesheet" href="/table.css"></head><body><main id="app"></main>` +
    `<script type="module" src="/table.js"></script></body></html>`;
  const bodies: Readonly<Record<string, [type: string, body: BodyInit]>> = {
    "/": ["text/html", html],
    "/table.js": ["text/javascript", bundled.stdout],
    "/table.css": ["text/css", css],
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const found = bodies[new URL(request.url).pathname];
    if (found === undefined) return new Response(null, { status: 404 });
    return new Response(found[1], { headers: { ...CONSOLE_HEADERS, "content-type": found[0] } });
  });
  try {
    const tab = new ConsolePage(await browser.newPage({ viewport: { width: 1280, height: 900 } }));
    await tab.page.goto(`http://127.0.0.1:${server.addr.port}/#${rows}`);
    await tab.untilReads("tbody th", /^thing-0$/);
    await story(tab);
    tab.hasNoComplaints();
    await tab.page.close();
  } finally {
    await server.shutdown();
  }
}

testInChromium(
  "A table of 50,000 rows draws those in sight, says how many there are and obeys its keys",
  async (browser) => {
    await withTable(browser, ROWS, async (tab) => {
      const { page } = tab;
      const table = page.getByRole("table", { name: "Things" });
      equal(await table.getAttribute("aria-rowcount"), String(ROWS + 1));
      ok(await page.locator("tbody tr").count() < 120);
      equal(await page.locator("thead th").nth(1).getAttribute("aria-sort"), "descending");
      await tab.passesAxeInBothThemes();

      const focused = () => page.evaluate("document.activeElement.querySelector('th')?.textContent ?? ''");
      const until = (name: string) => tab.until(`${name} to have the focus`, async () => await focused() === name);
      await page.keyboard.press("j");
      await until("thing-0");
      await page.keyboard.press("j");
      await until("thing-1");
      await page.keyboard.press("ArrowDown");
      await until("thing-2");
      await page.keyboard.press("k");
      await until("thing-1");
      await page.keyboard.press("End");
      await until(`thing-${ROWS - 1}`);
      equal(
        await page.locator("tbody tr:focus").getAttribute("aria-rowindex"),
        String(ROWS + 1),
      );
      await page.keyboard.press("Enter");
      await tab.untilReads("#opened", new RegExp(`^thing-${ROWS - 1}$`));
      await page.keyboard.press("Home");
      await until("thing-0");
    });
  },
);

testInChromium("A table of 50,000 rows is scrolled at 50 frames a second", async (browser) => {
  await withTable(browser, ROWS, async (tab) => {
    // What a frame costs the page's own thread, with rows that are all new; what the machine does beside is not the
    // table's.
    const taken = await tab.page.evaluate(`new Promise((done) => {
      const box = document.querySelector(".vtable"), taken = [];
      const step = (box.scrollHeight - box.clientHeight) / ${FRAMES};
      const frame = async () => {
        const started = performance.now();
        box.scrollTop += step;
        box.dispatchEvent(new Event("scroll"));
        // It draws in a microtask; its layout is asked for at once.
        for (let turn = 0; turn < 5; turn++) await null;
        box.getBoundingClientRect();
        taken.push(performance.now() - started);
        if (taken.length === ${FRAMES}) done(taken);
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    })`) as number[];
    taken.sort((a, b) => a - b);
    const median = taken[FRAMES >> 1]!;
    ok(median <= FRAME_MS, `the median frame took ${median} ms, ${FRAME_MS} at most`);
    await tab.untilReads("tbody th", new RegExp(`^thing-${ROWS - 1}$`));
  });
});

testInChromium("A short table draws all its rows at the height they need", async (browser) => {
  await withTable(browser, 40, async ({ page }) => {
    equal(await page.locator("tbody tr").count(), 40);
    equal(await page.locator(".spacer").count(), 0);
  });
});
