/** The console's root: the frame, the page that the address names, and what follows every change of the models. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { signal, useSignalEffect } from "@preact/signals";
import type { Level } from "../src/admin/contract/problem.ts";
import { Banners } from "./model/banners.ts";
import type { Feed } from "./model/feed.ts";
import type { Session } from "./model/session.ts";
import { pageTitle } from "./model/overview.ts";
import { Shortcuts } from "./model/shortcuts.ts";
import { Toasts } from "./model/toasts.ts";
import type { Api } from "./api.ts";
import { findPage, PAGES } from "./pages.ts";
import { ConsoleProvider } from "./part/context.ts";
import { Empty } from "./part/empty.tsx";
import { Layout } from "./part/layout.tsx";
import { LazyPage } from "./part/lazy_page.tsx";
import { CONSOLE_ROOT, type Router } from "./router.ts";
import { faviconUrl } from "./part/favicon.ts";
import { clockZone } from "./text/ages.ts";

/** Everything on screen. */
export function App({ feed, router, api, session }: {
  feed: Feed;
  router: Router;
  api: Api;
  session: Session;
}): JSX.Element {
  const context = useMemo(
    () => ({
      feed,
      router,
      api,
      session,
      pages: PAGES,
      banners: new Banners(),
      toasts: new Toasts((ms, then) => setTimeout(then, ms)),
      shortcuts: new Shortcuts(),
      cursor: signal<number | null>(null),
    }),
    [feed, router, api, session],
  );
  useSignalEffect(() => {
    const { dataset } = document.documentElement;
    dataset.theme = feed.settings.theme.value;
    dataset.density = feed.settings.density.value;
    clockZone.value = feed.settings.zone.value;
  });
  useSignalEffect(() => {
    const overview = feed.overview.latest.value;
    const isStale = feed.connection.isStale.value;
    const title = pageTitle(overview, isStale);
    if (document.title !== title) document.title = title;
    setFavicon(overview === null || isStale ? "info" : overview.health.level);
  });
  const page = findPage(router.route.value);
  return (
    <ConsoleProvider value={context}>
      <Layout>
        {page !== null ? <LazyPage entry={page.entry} steps={page.steps} /> : (
          <Empty title="There is no such page">
            <p>
              <code>/{router.route.value.join("/")}</code> is not a page of this console.{" "}
              <a href={CONSOLE_ROOT + "/"}>Go to the Overview</a>
            </p>
          </Empty>
        )}
      </Layout>
    </ConsoleProvider>
  );
}

function setFavicon(level: Level): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const url = faviconUrl(level);
  if (icon !== null && icon.href !== url) icon.href = url;
}
