/**
 * The detail drawer at the right: it shows one item of a list and keeps the list in view (spec/console.md 4). It is not
 * modal. What it shows is in the URL, which is the page's business: the page draws a drawer when the URL names an item
 * and takes the name out in `onClose`; {@link useOpenItem} does both for a value of the query. Back closes it too.
 */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useConsole } from "./context.ts";
import { PanelBoundary } from "./empty.tsx";
import { useReturnFocus } from "./focus.ts";
import { Icon } from "./icon.tsx";

/** A drawer's content. */
export interface DrawerProps {
  /** What kind of thing it shows: `Host`. */
  readonly kind: string;
  readonly title: string;
  /** Buttons beside the title. */
  readonly tools?: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Draws it. It takes the focus when it comes, and gives it back when it goes. */
export function Drawer({ kind, title, tools, onClose, children }: DrawerProps): JSX.Element {
  const element = useRef<HTMLElement>(null);
  useReturnFocus(element);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    element.current?.querySelector("h2")?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(":modal") !== null) return;
      // The first press clears a search.
      if (event.target instanceof HTMLInputElement && event.target.type === "search" && event.target.value !== "") {
        return;
      }
      close.current();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <aside class="drawer" ref={element} aria-labelledby="drawer-title">
      <header class="drawer-head">
        <div class="drawer-words">
          <p class="drawer-kind">{kind}</p>
          <h2 id="drawer-title" tabIndex={-1}>{title}</h2>
        </div>
        {tools}
        <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {/* Another item is another place: it begins at its top. */}
      <div class="drawer-body" key={title}>
        <PanelBoundary name={title}>{children}</PanelBoundary>
      </div>
    </aside>
  );
}

/** The item that a value of the query names, and how to open another or none. Opening makes an entry of the history. */
export function useOpenItem(name: string): { id: string; open: (id: string) => void; close: () => void } {
  const { router } = useConsole();
  const id = router.query(name);
  return {
    id,
    open: (next) => router.setQuery(name, next, id === ""),
    close: () => router.setQuery(name, ""),
  };
}
