/** A part of a page whose code comes when it is first drawn, so that what is above it is not held up. */

import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { PageProps } from "../page_entry.ts";
import { Empty, Loading } from "./empty.tsx";

/** Draws what `load` brings; a skeleton until then. */
export function LazyPart({ load, steps }: PageProps & {
  load: () => Promise<ComponentType<PageProps>>;
}): JSX.Element {
  const loaded = useSignal<{ readonly Part: ComponentType<PageProps> } | null>(null);
  const isMissing = useSignal(false);
  useEffect(() => {
    load().then((Part) => loaded.value = { Part }, () => isMissing.value = true);
  }, []);
  const Part = loaded.value?.Part;
  if (Part !== undefined) return <Part steps={steps} />;
  return isMissing.value
    ? <Empty title="The rest of this page did not come">Load the page again when the proxy answers.</Empty>
    : <Loading rows={5} />;
}
