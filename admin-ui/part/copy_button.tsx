/** A button that puts a text on the clipboard and says so. */

import type { JSX } from "preact";
import { useSignal } from "@preact/signals";
import { Icon } from "./icon.tsx";

/** How long "Copied" stays. */
const SAID_MS = 1500;

/** With `label` a button with words, without one just its icon. */
export function CopyButton({ text, label, hint }: { text: string; label?: string; hint?: string }): JSX.Element {
  const isCopied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure origin there is no clipboard; the text stays on screen to be selected.
      return;
    }
    isCopied.value = true;
    setTimeout(() => isCopied.value = false, SAID_MS);
  };
  return (
    <button
      type="button"
      class={label === undefined ? "icon-button" : "button"}
      title={hint}
      aria-label={label === undefined ? hint : undefined}
      onClick={copy}
    >
      <Icon name={isCopied.value ? "done" : "copy"} />
      {label !== undefined && <span>{isCopied.value ? "Copied" : label}</span>}
    </button>
  );
}
