/** The console's pages, in the order of the navigation (spec/console.md 4). A page that is not here is not there. */

import type { ComponentType } from "preact";
import type { FURTHER_PAGES } from "./further_pages.ts";
import type { PageEntry, PageProps } from "./page_entry.ts";

/** A page of the one file that all pages but the first come in. */
async function further(step: keyof typeof FURTHER_PAGES): Promise<{ readonly Page: ComponentType<PageProps> }> {
  return { Page: (await import("./further_pages.ts")).FURTHER_PAGES[step] };
}

/** All pages. */
export const PAGES: readonly PageEntry[] = [
  {
    step: "",
    title: "Overview",
    group: "now",
    icon: "overview",
    key: "o",
    topics: ["clusters", "listeners", "workers"],
    load: () => import("./page/overview.tsx"),
  },
  {
    step: "warming",
    title: "Warming",
    group: "now",
    icon: "warming",
    key: "w",
    topics: ["warming"],
    load: () => further("warming"),
  },
  {
    step: "clusters",
    title: "Clusters",
    group: "traffic",
    icon: "clusters",
    key: "c",
    topics: [],
    load: () => further("clusters"),
  },
  {
    step: "listeners",
    title: "Listeners",
    group: "traffic",
    icon: "listeners",
    key: "l",
    topics: ["listeners"],
    load: () => further("listeners"),
  },
  {
    step: "routes",
    title: "Routes",
    group: "traffic",
    icon: "routes",
    key: "t",
    topics: [],
    load: () => further("routes"),
  },
  {
    step: "stats",
    title: "Stats",
    group: "traffic",
    icon: "stats",
    key: "s",
    topics: [],
    load: () => further("stats"),
  },
  {
    step: "runtime",
    title: "Runtime",
    group: "control",
    icon: "runtime",
    key: "r",
    topics: ["runtime", "clusters"],
    load: () => further("runtime"),
  },
  {
    step: "config",
    title: "Config",
    group: "control",
    icon: "config",
    key: "f",
    topics: ["xds"],
    load: () => further("config"),
  },
  {
    step: "xds",
    title: "Control plane",
    group: "control",
    icon: "xds",
    key: "d",
    topics: ["xds"],
    load: () => further("xds"),
  },
  {
    step: "workers",
    title: "Workers",
    group: "process",
    icon: "workers",
    key: "k",
    topics: ["workers"],
    load: () => further("workers"),
  },
  {
    step: "actions",
    title: "Actions",
    group: "process",
    icon: "play",
    key: "x",
    topics: ["actions"],
    load: () => further("actions"),
  },
  {
    step: "audit",
    title: "Audit",
    group: "process",
    icon: "events",
    key: "u",
    topics: ["audit"],
    load: () => further("audit"),
  },
];

/** Parts of the Overview that have a path of their own for as long as there is no page of that name. */
const SECTIONS: readonly string[] = ["problems", "traffic", "events"];

/** The page that a path names, with the steps that are the page's own; null = there is none. */
export function findPage(route: readonly string[]): { entry: PageEntry; steps: readonly string[] } | null {
  const [first = "", ...rest] = route;
  const entry = PAGES.find(({ step }) => step === first);
  if (entry !== undefined) return { entry, steps: rest };
  return SECTIONS.includes(first) ? { entry: PAGES[0]!, steps: route } : null;
}
