/** The console's pages, in the order of the navigation (spec/console.md 4). A page that is not here is not there. */

import type { PageEntry } from "./page_entry.ts";

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
    step: "clusters",
    title: "Clusters",
    group: "traffic",
    icon: "clusters",
    key: "c",
    topics: [],
    load: () => import("./page/clusters.tsx"),
  },
  {
    step: "routes",
    title: "Routes",
    group: "traffic",
    icon: "routes",
    key: "t",
    topics: [],
    load: () => import("./page/routes.tsx"),
  },
  {
    step: "stats",
    title: "Stats",
    group: "traffic",
    icon: "stats",
    key: "s",
    topics: [],
    load: () => import("./page/stats.tsx"),
  },
  {
    step: "workers",
    title: "Workers",
    group: "process",
    icon: "workers",
    key: "k",
    topics: ["workers"],
    load: () => import("./page/workers.tsx"),
  },
  {
    step: "actions",
    title: "Actions",
    group: "process",
    icon: "play",
    key: "x",
    topics: ["actions"],
    load: () => import("./page/actions.tsx"),
  },
  {
    step: "audit",
    title: "Audit",
    group: "process",
    icon: "events",
    key: "u",
    topics: ["audit"],
    load: () => import("./page/audit.tsx"),
  },
];

/** Parts of the Overview that have a path of their own for as long as there is no page of that name. */
const SECTIONS: readonly string[] = ["problems", "traffic", "listeners", "events"];

/** The page that a path names, with the steps that are the page's own; null = there is none. */
export function findPage(route: readonly string[]): { entry: PageEntry; steps: readonly string[] } | null {
  const [first = "", ...rest] = route;
  const entry = PAGES.find(({ step }) => step === first);
  if (entry !== undefined) return { entry, steps: rest };
  return SECTIONS.includes(first) ? { entry: PAGES[0]!, steps: route } : null;
}
