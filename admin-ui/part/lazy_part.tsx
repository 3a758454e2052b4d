/** A part of a page whose code comes when it is first drawn, so that what is above it is not held up. */

import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { PageProps } from "../page_entry.ts";
import { Empty, Loading } from "./empty.tsx";

/** Draws the part of `further_parts.ts` with that name; a skeleton until it is here. */
export function LazyPart({ name, steps }: PageProps & { name: "Board" | "Starter" }): JSX.Element {
  const loaded = useSignal<{ readonly Part: ComponentType<PageProps> } | null>(null);
  const isMissing = useSignal(false);
  useEffect(() => {
    import("../further_parts.ts").then(
      ({ FURTHER_PARTS }) => loaded.value = { Part: FURTHER_PARTS[name] },
      () => isMissing.value = true,
    );
  }, []);
  const Part = loaded.value?.Part;
  if (Part !== undefined) return <Part steps={steps} />;
  if (!isMissing.value) return <Loading rows={5} />;
  return (
    <Empty title="The rest of this page did not come">
      {/* A browser remembers that a script did not come: asking for it again would fail at once. */}
      <button type="button" class="button" onClick={() => location.reload()}>Load the page again</button>
    </Empty>
  );
}
