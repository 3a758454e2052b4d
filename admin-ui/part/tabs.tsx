/** Tabs of a page: links, because the URL is the state; the one that is on is the current page. */

import type { JSX } from "preact";
import type { Level } from "../../src/admin/contract/problem.ts";
import { LevelIcon } from "./icon.tsx";

/** One tab. */
export interface Tab {
  readonly href: string;
  readonly title: string;
  /** How many there are behind it. */
  readonly count?: number | undefined;
  /** Something behind it wants to be looked at. */
  readonly level?: Level | undefined;
}

/** `label` says what they are tabs of, `current` is the `href` of the one that is on. */
export function Tabs({ label, tabs, current }: {
  label: string;
  tabs: readonly Tab[];
  current: string;
}): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, title, count, level }) => (
        <a class="tab" href={href} key={href} aria-current={href === current ? "page" : undefined}>
          {level !== undefined && level !== "ok" && <LevelIcon level={level} />}
          {title}
          {count !== undefined && <span class="tab-count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}
