/** The page that is on screen: its code is asked for when it is first gone to, and kept. */

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PageEntry, PageProps } from "../page_entry.ts";
import { Empty, Loading, PanelBoundary } from "./empty.tsx";

const loaded = new Map<PageEntry, ComponentType<PageProps>>();

/** Shows a page, or that it comes, or why it does not. */
export function LazyPage({ entry, steps }: { entry: PageEntry; steps: readonly string[] }): JSX.Element {
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<{ entry: PageEntry; error: unknown }>({ entry, error: null });
  useEffect(() => {
    if (loaded.has(entry)) return;
    let isCurrent = true;
    entry.load().then(({ Page }) => void loaded.set(entry, Page)).then(
      () => isCurrent && setState({ entry, error: null }),
      (error) => isCurrent && setState({ entry, error }),
    );
    return () => void (isCurrent = false);
  }, [entry, tries]);
  const Page = loaded.get(entry);
  if (Page !== undefined) {
    return <PanelBoundary name={entry.title} key={entry.step}>{<Page steps={steps} />}</PanelBoundary>;
  }
  if (state.entry !== entry || state.error === null) return <Loading rows={6} />;
  return (
    <Empty title={`Cannot load the page ${entry.title}`}>
      <p>{state.error instanceof Error ? state.error.message : String(state.error)}</p>
      <button type="button" class="button" onClick={() => setTries(tries + 1)}>Try again</button>
    </Empty>
  );
}
