/** One of Envoy's words: on hover, focus or a press it says what it means and where it is seen. */

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { useSignal } from "@preact/signals";

/** `name` is the word in the glossary; what is shown may be another form of it. */
export function Term({ name, children = name }: { name: string; children?: ComponentChildren }): JSX.Element {
  const id = useId();
  const shown = useSignal<readonly [meaning: string, source: string] | null>(null);
  const open = () => {
    // Without it the word is still a word.
    import("../text/glossary.ts").then(({ GLOSSARY }) => shown.value = GLOSSARY[name] ?? null, () => {});
  };
  const close = () => shown.value = null;
  return (
    <span class="term" onPointerEnter={open} onPointerLeave={close}>
      <button
        type="button"
        aria-describedby={shown.value === null ? undefined : id}
        onFocus={open}
        onBlur={close}
        onClick={open}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || shown.value === null) return;
          event.preventDefault();
          close();
        }}
      >
        {children}
      </button>
      {shown.value !== null && (
        <span class="tip" role="tooltip" id={id}>
          {shown.value[0]}
          <code>{shown.value[1]}</code>
        </span>
      )}
    </span>
  );
}
