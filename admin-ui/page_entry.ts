/** What a page is to the console around it: where it is, what it is called, what it needs, and how its code comes. */

import type { ComponentType } from "preact";
import type { Topic } from "../src/admin/contract/frames.ts";
import type { IconName } from "./part/icon.tsx";

/** What a page is given: the steps of the path after its own, `["web", "hosts"]` of `/console/clusters/web/hosts`. */
export interface PageProps {
  readonly steps: readonly string[];
}

/** Chapters of the navigation, in its order. */
export type PageGroup = "now" | "traffic" | "control" | "process";

/** One page. */
export interface PageEntry {
  /** First step of its paths; empty for the Overview. */
  readonly step: string;
  readonly title: string;
  readonly group: PageGroup;
  readonly icon: IconName;
  /** `g` and this key go there; empty = none do. */
  readonly key: string;
  /** What the event stream carries while it is on screen, beside `overview`. */
  readonly topics: readonly Topic[];
  /** Its code is a file of its own, asked for when the page is first gone to. */
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}
