/** A titled part of a page: its heading, its tools, its content, each panel with a fault boundary of its own. */

import type { ComponentChildren, JSX } from "preact";
import { PanelBoundary } from "./empty.tsx";

/** `count` stands beside the title, `tools` at the right end. */
export function Panel({ id, title, count, tools, children }: {
  id: string;
  title: string;
  count?: string | undefined;
  tools?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`panel panel-${id}`} id={id} aria-labelledby={`${id}-title`}>
      <header class="panel-head">
        <h2 id={`${id}-title`} tabIndex={-1}>{title}</h2>
        {count !== undefined && <span class="panel-count">{count}</span>}
        {tools !== undefined && <div class="panel-tools">{tools}</div>}
      </header>
      <PanelBoundary name={title.toLowerCase()}>{children}</PanelBoundary>
    </section>
  );
}
