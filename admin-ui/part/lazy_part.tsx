/** A part that few readers see: its code comes when it is first drawn. */

import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Loading } from "./empty.tsx";

/** Draws what `load` brings; a skeleton until then, and for as long as it does not come. */
export function LazyPart({ load }: { load: () => Promise<ComponentType> }): JSX.Element {
  const loaded = useSignal<{ readonly Part: ComponentType } | null>(null);
  useEffect(() => {
    load().then((Part) => loaded.value = { Part }, () => {});
  }, []);
  const Part = loaded.value?.Part;
  return Part === undefined ? <Loading rows={3} /> : <Part />;
}
