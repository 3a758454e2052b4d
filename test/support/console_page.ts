/**
 * The console in a real Chromium, for browser tests: a page that keeps whatever it complains of (errors, warnings, its
 * content security policy), waits for what the page shows, is looked over by axe, and has its picture taken.
 *
 * ```ts
 * testInChromium("Runtime shows its layers", async (browser) => {
 *   await using proxy = await startProxy({ config });
 *   await using page = await ConsolePage.open(browser, proxy, "/runtime");
 *   await page.untilReads("h1", /Runtime/);
 *   await page.passesAxe();
 *   await page.takePictures("runtime");
 *   page.hasNoComplaints();
 * });
 * ```
 */

import { deepEqual } from "node:assert/strict";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { buildConsole } from "../../admin-ui/build.ts";
import { testNeeding } from "./needs.ts";
import type { RunningProxy } from "./proxy.ts";

/** How long a page may take to show something, on a machine that does other things beside. */
const PATIENCE_MS = 5000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Folder for pictures; without it none are taken. */
const PICTURES = "DENVOY_SCREENSHOTS";

/** When set, the README's pictures are taken anew. */
const README_PICTURES = "DENVOY_README_PICTURES";

/** Widths at which every page is looked at, and the height of each screen. */
const SCREENS = [{ width: 1280, height: 900 }, { width: 390, height: 844 }] as const;

/** Themes in which every page is looked at. */
export const LOOKS = ["light", "dark"] as const;

/** Registers a test that needs a browser; the console is built before. */
export function testInChromium(name: string, story: (browser: Browser) => Promise<void>): void {
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

/** One tab of the console, in a browser profile of its own. */
export class ConsolePage implements AsyncDisposable {
  readonly page: Page;
  /** What the browser said against the page, policy violations among it. */
  readonly complaints: string[] = [];

  /** Takes over a page that was opened in another way. */
  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  /** Opens a path below `/console`, `/` for the Overview. */
  static async open(
    browser: Browser,
    proxy: Pick<RunningProxy, "adminUrl">,
    path = "/",
    options: BrowserContextOptions = {},
  ): Promise<ConsolePage> {
    const tab = new ConsolePage(await browser.newPage({ viewport: SCREENS[0], colorScheme: "light", ...options }));
    await tab.page.goto(`${proxy.adminUrl}/console${path}`);
    return tab;
  }

  /** Resolves when the first element of `selector` with a text like `pattern` is in sight. */
  async untilReads(selector: string, pattern: RegExp, patienceMs = PATIENCE_MS): Promise<void> {
    await this.page.locator(selector).filter({ hasText: pattern }).first().waitFor({ timeout: patienceMs });
  }

  /** The same of the tab's title. */
  async untilTitled(pattern: RegExp, patienceMs = PATIENCE_MS): Promise<void> {
    await this.until(`a title like ${pattern}`, async () => pattern.test(await this.page.title()), patienceMs);
  }

  /**
   * Looks at `isTrue` with each frame that the page draws. A predicate inside the page would need `eval`, which its
   * policy forbids, as it should.
   */
  async until(what: string, isTrue: () => boolean | Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
    const deadlineMs = performance.now() + patienceMs;
    while (!await isTrue()) {
      if (performance.now() > deadlineMs) {
        throw new Error(`Waited in vain for ${what}: the page is "${await this.page.title()}" at ${this.page.url()}`);
      }
      await this.page.evaluate("new Promise((drawn) => requestAnimationFrame(drawn))");
    }
  }

  /** What axe finds of these weights, each as `rule: what is wrong, at which elements`. */
  async axeFindings(weights: readonly string[] = ["serious", "critical"]): Promise<string[]> {
    // Through the debugger, because the page's policy lets no foreign script in.
    await this.page.evaluate(await axeSource());
    const { violations } = await this.page.evaluate("axe.run(document, { resultTypes: ['violations'] })") as AxeResults;
    return violations.filter(({ impact }) => impact !== null && weights.includes(impact)).map((violation) =>
      `${violation.id}: ${violation.help}, at ${violation.nodes.map(({ html }) => html).slice(0, 3).join(" and ")}`
    );
  }

  /** Fails when axe finds anything serious in the theme at hand. */
  async passesAxe(): Promise<void> {
    deepEqual(await this.axeFindings(), []);
  }

  /** The same in both themes. */
  async passesAxeInBothThemes(): Promise<void> {
    for (const colorScheme of LOOKS) {
      await this.page.emulateMedia({ colorScheme });
      const findings = await this.axeFindings();
      deepEqual(findings, [], `${colorScheme}: ${findings.join("; ")}`);
    }
  }

  /** Takes `NAME-1280-light.png` and so on into `$DENVOY_SCREENSHOTS`; nothing without it. */
  async takePictures(name: string): Promise<void> {
    const folder = Deno.env.get(PICTURES) ?? "";
    if (folder === "") return;
    const before = this.page.viewportSize();
    await Deno.mkdir(folder, { recursive: true });
    for (const screen of SCREENS) {
      for (const colorScheme of LOOKS) {
        await this.page.setViewportSize(screen);
        await this.page.emulateMedia({ colorScheme });
        await this.page.screenshot({ path: `${folder}/${name}-${screen.width}-${colorScheme}.png`, fullPage: true });
      }
    }
    await this.page.emulateMedia({ colorScheme: "light" });
    if (before !== null) await this.page.setViewportSize(before);
  }

  /**
   * Takes the picture of that name that the README shows, where `$DENVOY_README_PICTURES` asks for it: so much of the page,
   * without the frame that every page has.
   */
  async takeReadmePicture(name: string, { top, height }: { top: number; height: number }): Promise<void> {
    if ((Deno.env.get(README_PICTURES) ?? "") === "") return;
    const path = decodeURIComponent(new URL(`../../admin-ui/picture/${name}.png`, import.meta.url).pathname);
    await this.page.screenshot({ path, clip: { x: 192, y: top, width: SCREENS[0].width - 192, height } });
  }

  /** Fails when the page is wider than the screen, here and on a phone. */
  async fitsItsScreen(): Promise<void> {
    const before = this.page.viewportSize();
    for (const screen of SCREENS) {
      await this.page.setViewportSize(screen);
      const excess = await this.page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
      if (excess > 0) throw new Error(`The page is ${excess} px wider than ${screen.width} px`);
    }
    if (before !== null) await this.page.setViewportSize(before);
  }

  /** Fails when the browser said anything against the page. */
  hasNoComplaints(): void {
    deepEqual(this.complaints, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A page of `browser.newPage` has a context of its own, which goes with it.
    await this.page.close();
  }
}

/** Sends requests one after the other until told to stop. */
export class SteadyTraffic implements AsyncDisposable {
  readonly #ended: Promise<void>;
  #isStopped = false;

  constructor(url: string) {
    this.#ended = this.#run(url);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(url: string): Promise<void> {
    while (!this.#isStopped) await (await fetch(url)).body?.cancel();
  }
}

/** The part of axe's answer that is looked at. */
interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

async function axeSource(): Promise<string> {
  return (await import("axe-core")).default.source;
}
