/**
 * The code of every page but the first, which comes as one file when another page is first gone to: compressed together
 * they are a sixth smaller than each by itself, and going from one to the next waits for nothing.
 */

import type { ComponentType } from "preact";
import { Page as Actions } from "./page/actions.tsx";
import { Page as Audit } from "./page/audit.tsx";
import { Page as Clusters } from "./page/clusters.tsx";
import { Page as Config } from "./page/config.tsx";
import { Page as Listeners } from "./page/listeners.tsx";
import { Page as Routes } from "./page/routes.tsx";
import { Page as Runtime } from "./page/runtime.tsx";
import { Page as Stats } from "./page/stats.tsx";
import { Page as Warming } from "./page/warming.tsx";
import { Page as Workers } from "./page/workers.tsx";
import { Page as Xds } from "./page/xds.tsx";
import type { PageProps } from "./page_entry.ts";

/** By the first step of their paths. */
export const FURTHER_PAGES: Readonly<
  Record<
    | "actions"
    | "audit"
    | "clusters"
    | "config"
    | "listeners"
    | "routes"
    | "runtime"
    | "stats"
    | "warming"
    | "workers"
    | "xds",
    ComponentType<PageProps>
  >
> = {
  actions: Actions,
  audit: Audit,
  clusters: Clusters,
  config: Config,
  listeners: Listeners,
  routes: Routes,
  runtime: Runtime,
  stats: Stats,
  warming: Warming,
  workers: Workers,
  xds: Xds,
};
