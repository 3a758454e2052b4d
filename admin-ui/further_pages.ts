/**
 * The code of every page but the first, which comes as one file when another page is first gone to: compressed together
 * they are a sixth smaller than each by itself, and going from one to the next waits for nothing.
 */

import type { ComponentType } from "preact";
import { Page as Actions } from "./page/actions.tsx";
import { Page as Audit } from "./page/audit.tsx";
import { Page as Clusters } from "./page/clusters.tsx";
import { Page as Routes } from "./page/routes.tsx";
import type { PageProps } from "./page_entry.ts";

/** By the first step of their paths. */
export const FURTHER_PAGES: Readonly<Record<"actions" | "audit" | "clusters" | "routes", ComponentType<PageProps>>> = {
  actions: Actions,
  audit: Audit,
  clusters: Clusters,
  routes: Routes,
};
