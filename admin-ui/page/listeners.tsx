/** The Listeners page (spec/console.md 5.3): all of them, or the one that the path names with what a connection passes. */

import type { JSX } from "preact";
import type { PageProps } from "../page_entry.ts";
import { ListenerDetail } from "../part/listener_detail.tsx";
import { ListenerList } from "../part/listener_list.tsx";

/** The page. */
export function Page({ steps: [name] }: PageProps): JSX.Element {
  return name === undefined ? <ListenerList /> : <ListenerDetail name={name} key={name} />;
}
