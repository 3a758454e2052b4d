/**
 * The console's Overview in a real Chromium against a real proxy (spec/console.md 11, item 1): figures arrive and move,
 * a host that dies is told within three seconds, on the page and in the tab's title, and the page never steps over its
 * content security policy. Waits are for what the page shows, never for time.
 */

import { deepEqual, match, ok } from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildConsole } from "../../admin-ui/build.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { testNeeding } from "../support/needs.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";

/** First live figures (spec/console.md 11), with room for a machine that does other things beside. */
const FIRST_FIGURES_MS = 5000;

/** From the death of a host to the page that says so. */
const BAD_NEWS_MS = 3000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function config(origin: Origin): string {
  return "node: { id: node-1, cluster: edge }\n" + bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
}

/** A page that keeps whatever it complains of. */
class Console {
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  static async open(browser: Browser, url: string): Promise<Console> {
    const console = new Console(await browser.newPage({ viewport: { width: 1280, height: 900 } }));
    await console.page.goto(url);
    return console;
  }

  /** Resolves when the first element of `selector` reads as `pattern`. */
  async untilReads(selector: string, pattern: RegExp, patienceMs: number): Promise<void> {
    await this.page.locator(selector).filter({ hasText: pattern }).first().waitFor({ timeout: patienceMs });
  }

  /**
   * The same of the tab's title, looked at with each frame the page draws. A predicate inside the page would need `eval`,
   * which its policy forbids, as it should.
   */
  async untilTitled(pattern: RegExp, patienceMs: number): Promise<void> {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const title = await this.page.title();
      if (pattern.test(title)) return;
      if (performance.now() > deadlineMs) {
        throw new Error(`Waited in vain for a title like ${pattern}: found "${title}"`);
      }
      await this.page.evaluate("new Promise((drawn) => requestAnimationFrame(drawn))");
    }
  }
}

/** Sends requests one after the other until told to stop. */
class Traffic {
  readonly #ended: Promise<void>;
  #isStopped = false;

  constructor(url: string) {
    this.#ended = this.#run(url);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  async #run(url: string): Promise<void> {
    while (!this.#isStopped) await (await fetch(url)).text();
  }
}

function testInChromium(name: string, story: (browser: Browser) => Promise<void>): void {
  testNeeding("chromium", name, async (executablePath) => {
    await buildConsole();
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    try {
      await story(browser);
    } finally {
      await browser.close();
    }
  });
}

testInChromium("Overview shows live figures, and a host that dies within three seconds", async (browser) => {
  const origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin) });
  const console = await Console.open(browser, `${proxy.adminUrl}/console/`);

  await console.untilReads("h1", /^Healthy$/, FIRST_FIGURES_MS);
  await console.untilTitled(/^Healthy – node-1$/, FIRST_FIGURES_MS);
  await console.untilReads(".link", /live/, FIRST_FIGURES_MS);
  await console.untilReads("#listeners .table", /web\s*127\.0\.0\.1:\d+\s*Active/, FIRST_FIGURES_MS);
  await console.untilReads(
    ".host-row",
    new RegExp(`127\\.0\\.0\\.1:${origin.port}.*Healthy`, "s"),
    FIRST_FIGURES_MS,
  );

  const traffic = new Traffic(`${proxy.listenerUrl("web")}/`);
  try {
    await console.untilReads(".tile:first-child .tile-figure", /[1-9]/, FIRST_FIGURES_MS);
    await console.untilReads(".host-row td.number", /[1-9]/, FIRST_FIGURES_MS);

    await origin.stop();
    await Promise.all([
      console.untilReads(".host-row", /Failing|Unhealthy/, BAD_NEWS_MS),
      console.untilReads("h1", /problem/, BAD_NEWS_MS),
      console.untilTitled(/^● \d+ problems? – node-1$/, BAD_NEWS_MS),
    ]);
  } finally {
    await traffic.stop();
  }
  deepEqual(console.complaints, []);
});

testInChromium("Overview says that its figures are old when the proxy is gone", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin) });
  const console = await Console.open(browser, `${proxy.adminUrl}/console/`);
  await console.untilTitled(/^Healthy/, FIRST_FIGURES_MS);
  await console.untilReads(".host-row", /Healthy/, FIRST_FIGURES_MS);

  await proxy.kill();
  await console.untilReads(".link", /reconnecting in \d+ s/, BAD_NEWS_MS);
  await console.untilTitled(/^○ stale – node-1$/, FIRST_FIGURES_MS + BAD_NEWS_MS);
  // The last figures stay on screen.
  ok(await console.page.locator(".host-row").count() > 0);
  await console.untilReads(".banner", /No connection to the proxy/, FIRST_FIGURES_MS);
});

testInChromium("Overview keeps filters in the address and fits a phone", async (browser) => {
  await using origin = startOrigin();
  await using proxy = await startProxy({ config: config(origin) });
  const console = await Console.open(browser, `${proxy.adminUrl}/console/clusters/origin`);
  const { page } = console;
  await console.untilReads(".is-target .cluster-row", /origin/, FIRST_FIGURES_MS);

  await page.locator("#cluster-filter").fill("nothing like it");
  await console.untilReads("#clusters", /Nothing matches/, FIRST_FIGURES_MS);
  match(page.url(), /[?&]q=nothing\+like\+it$/);
  await page.reload();
  await console.untilReads("#clusters", /Nothing matches/, FIRST_FIGURES_MS);

  await page.setViewportSize({ width: 390, height: 844 });
  ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
  deepEqual(console.complaints, []);
});
