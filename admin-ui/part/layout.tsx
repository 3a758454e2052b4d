/** The frame of every page: skip link, navigation, top bar, banners, content, and the list of keys. */

import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { CONSOLE_ROOT, pathOf, type Section } from "../router.ts";
import { Banners } from "./banners.tsx";
import { useConsole } from "./context.ts";
import { Icon, type IconName, LevelIcon } from "./icon.tsx";
import { useKeys } from "./keys.ts";
import { TopBar } from "./top_bar.tsx";
import { hasProblem } from "../model/clusters.ts";
import { LISTENER_LEVEL } from "../model/listeners.ts";
import { WORKER_LEVEL } from "../model/workers.ts";

/** Wraps a page. */
export function Layout({ children }: { children: ComponentChildren }): JSX.Element {
  const { feed, router } = useConsole();
  const help = useRef<HTMLDialogElement>(null);
  const openHelp = () => help.current?.showModal();
  useKeys({ feed, router, openHelp });
  const isStale = feed.connection.isStale.value;
  return (
    <div class={`shell${isStale ? " is-stale" : ""}`}>
      <a class="skip" href="#content">Skip to content</a>
      <Nav />
      <TopBar onHelp={openHelp} />
      <main class="content" id="content" tabIndex={-1}>
        <Banners />
        {children}
      </main>
      <dialog class="help" ref={help} aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>Filter clusters and hosts</dd>
          <dt>
            <kbd>f</kbd>
          </dt>
          <dd>Problems only</dd>
          <dt>
            <kbd>p</kbd>
          </dt>
          <dd>Pause and go on</dd>
          <dt>
            <kbd>g</kbd> <kbd>o</kbd>
          </dt>
          <dd>Overview</dd>
          <dt>
            <kbd>g</kbd> <kbd>c</kbd>
          </dt>
          <dd>Clusters</dd>
          <dt>
            <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>Move the crosshair of a chart</dd>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>This list</dd>
        </dl>
        <form method="dialog">
          <button type="submit" class="button">Close</button>
        </form>
      </dialog>
    </div>
  );
}

const SECTIONS: readonly { section: Section; title: string; icon: IconName }[] = [
  { section: "clusters", title: "Clusters", icon: "clusters" },
  { section: "listeners", title: "Listeners", icon: "listeners" },
  { section: "workers", title: "Workers", icon: "workers" },
  { section: "events", title: "Events", icon: "events" },
];

function Nav(): JSX.Element {
  const { feed, router } = useConsole();
  const route = router.route.value;
  const current = route.page === "overview" ? route.section : null;
  const troubled: Partial<Record<Section, number>> = {
    clusters: (feed.clusters.items.value ?? []).filter(hasProblem).length,
    listeners: (feed.listeners.items.value ?? []).filter((item) => LISTENER_LEVEL[item.state] === "bad").length,
    workers: (feed.workers.items.value ?? []).filter((item) => WORKER_LEVEL[item.state] !== "ok").length,
  };
  return (
    <nav class="nav" aria-label="Console">
      <a class="brand" href={CONSOLE_ROOT + "/"}>
        <Mark />
        <span class="brand-word">denvoy</span>
      </a>
      <a class="nav-item" href={CONSOLE_ROOT + "/"} aria-current={route.page === "overview" ? "page" : undefined}>
        <Icon name="overview" />
        <span class="nav-word">Overview</span>
      </a>
      {SECTIONS.map(({ section, title, icon }) => {
        const count = troubled[section] ?? 0;
        return (
          <a
            class={`nav-item is-part${current === section ? " is-here" : ""}`}
            href={pathOf(section)}
            key={section}
          >
            <Icon name={icon} />
            <span class="nav-word">{title}</span>
            {count > 0 && (
              <span class="nav-count" title={`${count} with problems`}>
                <LevelIcon level="bad" />
                <span class="unseen">{count} with problems</span>
              </span>
            )}
          </a>
        );
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
