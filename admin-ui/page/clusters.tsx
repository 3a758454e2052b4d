/** The Clusters page (spec/console.md 5.2): all of them, or the one that the path names with one of its tabs. */

import type { JSX } from "preact";
import type { PageProps } from "../page_entry.ts";
import { ClusterDetail } from "../part/cluster_detail.tsx";
import { ClusterList } from "../part/cluster_list.tsx";

/** The page. */
export function Page({ steps: [name, tab = ""] }: PageProps): JSX.Element {
  return name === undefined ? <ClusterList /> : <ClusterDetail name={name} tab={tab} key={name} />;
}
