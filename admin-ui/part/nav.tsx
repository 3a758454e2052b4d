/**
 * The navigation: a column of words, a column of icons on a narrow screen, on a phone a bar at the foot with the pages one
 * needs there and a sheet of all the others.
 */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Overview } from "../../src/admin/contract/overview.ts";
import type { PageGroup } from "../page_entry.ts";
import { CONSOLE_ROOT, pathOf } from "../router.ts";
import { useConsole } from "./context.ts";
import { Icon, LevelIcon } from "./icon.tsx";

/** Chapters that have more than the Overview in them have a heading. */
const GROUP_TITLES: Readonly<Record<PageGroup, string>> = {
  now: "Now",
  traffic: "Traffic",
  control: "Configuration",
  process: "Process",
};

/** On a phone always in reach; with few pages all are. */
const HANDY: readonly string[] = ["", "clusters", "runtime", "actions"];

/** More pages than this do not stand beside each other on a phone. */
const FEW_PAGES = 5;

/** All pages. */
export function Nav(): JSX.Element {
  const { feed, router, pages } = useConsole();
  const isOpen = useSignal(false);
  const route = router.route.value;
  const here = route[0] ?? "";
  const overview = feed.overview.latest.value;
  const hasSheet = pages.length > FEW_PAGES;
  useEffect(() => void (isOpen.value = false), [route]);
  return (
    <nav class={`nav${isOpen.value ? " is-open" : ""}`} aria-label="Console">
      <a class="brand" href={CONSOLE_ROOT + "/"}>
        <Mark />
        <span class="brand-word">denvoy</span>
      </a>
      {pages.map(({ step, title, icon, group }, at) => {
        const count = overview === null ? 0 : troubleOf(step, overview);
        const isFirst = at > 0 && pages[at - 1]!.group !== group;
        return [
          isFirst && <span class="nav-group" key={group} aria-hidden="true">{GROUP_TITLES[group]}</span>,
          <a
            class={`nav-item${hasSheet && !HANDY.includes(step) ? " is-rest" : ""}`}
            href={pathOf(...step === "" ? [] : [step])}
            key={step}
            title={title}
            aria-current={here === step ? "page" : undefined}
          >
            <Icon name={icon} />
            <span class="nav-word">{title}</span>
            {count > 0 && (
              <span class="nav-count" title={`${count} to look at`}>
                <LevelIcon level="bad" />
                <span class="unseen">{count} to look at</span>
              </span>
            )}
          </a>,
        ];
      })}
      {hasSheet && (
        <button
          type="button"
          class="nav-item nav-more"
          aria-expanded={isOpen.value}
          onClick={() => isOpen.value = !isOpen.value}
        >
          <Icon name={isOpen.value ? "close" : "menu"} />
          <span class="nav-word">{isOpen.value ? "Close" : "More"}</span>
        </button>
      )}
    </nav>
  );
}

/** How many things on a page are not as they should be. */
function troubleOf(step: string, { clusters, listeners, xds }: Overview): number {
  switch (step) {
    case "clusters":
      return clusters.unhealthy + clusters.degraded;
    case "warming":
      return clusters.warming + listeners.warming;
    case "xds":
      return xds?.nacks ?? 0;
    default:
      return 0;
  }
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
