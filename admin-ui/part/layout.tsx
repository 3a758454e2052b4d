/** The frame of every page: skip link, navigation, top bar, banners, content, notes, search and the list of keys. */

import type { ComponentChildren, ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { stateBanners } from "../model/state_banners.ts";
import { BannerList } from "./banner_list.tsx";
import { useConsole } from "./context.ts";
import { useKeys, useShortcuts } from "./keys.ts";
import { Nav } from "./nav.tsx";
import { SignIn } from "./session.tsx";
import { ToastList } from "./toasts.tsx";
import { TopBar } from "./top_bar.tsx";

/** Something that opens over every page; its code comes when it is first wanted. */
type Overlay = ComponentType<{ onClose: () => void }>;

/** Wraps a page. */
export function Layout({ children }: { children: ComponentChildren }): JSX.Element {
  const console = useConsole();
  const { feed, router, banners, toasts } = console;
  const overlay = useSignal<{ readonly Part: Overlay } | null>(null);
  useEffect(() => banners.add(() => stateBanners(feed)), []);
  useKeys(console);
  const open = (name: "KeyHelp" | "SearchDialog") => {
    import("../further_parts.ts").then(
      ({ FURTHER_PARTS }) => overlay.value = { Part: FURTHER_PARTS[name] },
      () => toasts.say("warn", "The proxy does not answer"),
    );
  };
  const openSearch = () => open("SearchDialog");
  const openHelp = () => open("KeyHelp");
  useShortcuts([
    { key: "/", words: "Search", run: openSearch },
    {
      key: "f",
      words: "Problems only",
      run: () => router.setQuery("problems", router.query("problems") === "1" ? "" : "1"),
    },
    { key: "p", words: "Pause and go on", run: () => feed.setPaused(!feed.settings.isPaused.value) },
    { key: "?", words: "This list", run: openHelp },
  ]);
  const Part = overlay.value?.Part;
  return (
    <div class={`shell${feed.connection.isStale.value ? " is-stale" : ""}`}>
      <a class="skip" href="#content">Skip to content</a>
      <Nav />
      <TopBar onHelp={openHelp} onSearch={openSearch} />
      <main class="content" id="content" tabIndex={-1}>
        <BannerList />
        {children}
      </main>
      <SignIn />
      <ToastList />
      {Part !== undefined && <Part onClose={() => overlay.value = null} />}
    </div>
  );
}
