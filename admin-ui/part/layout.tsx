/** The frame of every page: skip link, navigation, top bar, banners, content, and the list of keys. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { stateBanners } from "../model/state_banners.ts";
import { CONSOLE_ROOT, pathOf } from "../router.ts";
import { BannerList } from "./banner_list.tsx";
import type { PageGroup } from "../page_entry.ts";
import { useConsole } from "./context.ts";
import { Icon, LevelIcon } from "./icon.tsx";
import { KeyHelp } from "./key_help.tsx";
import { useKeys, useShortcuts } from "./keys.ts";
import { SignIn } from "./session.tsx";
import { ToastList } from "./toasts.tsx";
import { TopBar } from "./top_bar.tsx";

/** Wraps a page. */
export function Layout({ children }: { children: ComponentChildren }): JSX.Element {
  const console = useConsole();
  const { feed, router, banners } = console;
  const isHelpOpen = useSignal(false);
  useEffect(() => banners.add(() => stateBanners(feed)), []);
  useKeys(console);
  useShortcuts([
    { key: "/", words: "Search", run: () => document.getElementById("cluster-filter")?.focus() },
    {
      key: "f",
      words: "Problems only",
      run: () => router.setQuery("problems", router.query("problems") === "1" ? "" : "1"),
    },
    { key: "p", words: "Pause and go on", run: () => feed.setPaused(!feed.settings.isPaused.value) },
    { key: "?", words: "This list", run: () => isHelpOpen.value = true },
  ]);
  return (
    <div class={`shell${feed.connection.isStale.value ? " is-stale" : ""}`}>
      <a class="skip" href="#content">Skip to content</a>
      <Nav />
      <TopBar onHelp={() => isHelpOpen.value = true} />
      <main class="content" id="content" tabIndex={-1}>
        <BannerList />
        {children}
      </main>
      <SignIn />
      <ToastList />
      {isHelpOpen.value && <KeyHelp onClose={() => isHelpOpen.value = false} />}
    </div>
  );
}

/** Chapters that have more than the Overview in them have a heading. */
const GROUP_TITLES: Readonly<Record<PageGroup, string>> = {
  now: "Now",
  traffic: "Traffic",
  control: "Configuration",
  process: "Process",
};

function Nav(): JSX.Element {
  const { feed, router, pages } = useConsole();
  const here = router.route.value[0] ?? "";
  const overview = feed.overview.latest.value;
  const troubled: Readonly<Record<string, number>> = {
    clusters: overview === null ? 0 : overview.clusters.unhealthy + overview.clusters.degraded,
    listeners: overview?.listeners.warming ?? 0,
  };
  return (
    <nav class="nav" aria-label="Console">
      <a class="brand" href={CONSOLE_ROOT + "/"}>
        <Mark />
        <span class="brand-word">denvoy</span>
      </a>
      {pages.map(({ step, title, icon, group }, at) => {
        const count = troubled[step] ?? 0;
        const isFirst = at > 0 && pages[at - 1]!.group !== group;
        return [
          isFirst && <span class="nav-group" key={group} aria-hidden="true">{GROUP_TITLES[group]}</span>,
          <a
            class="nav-item"
            href={pathOf(...step === "" ? [] : [step])}
            key={step}
            aria-current={here === step ? "page" : undefined}
          >
            <Icon name={icon} />
            <span class="nav-word">{title}</span>
            {count > 0 && (
              <span class="nav-count" title={`${count} with problems`}>
                <LevelIcon level="bad" />
                <span class="unseen">{count} with problems</span>
              </span>
            )}
          </a>,
        ];
      })}
    </nav>
  );
}

/** The product's mark: two streams through a gate. */
function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <rect x="1" y="1" width="22" height="22" rx="6" class="mark-ground" />
      <path d="M5 9h5l4 6h5M5 15h5l1-1.5M13 10.5L14 9h5" class="mark-line" />
    </svg>
  );
}
