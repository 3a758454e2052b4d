/** A button that unfolds a small panel beneath it: it closes on Esc, on a press outside and on a choice inside. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** `button` is what the button shows; `isStaying` leaves it open when something inside is pressed. */
export function Menu({ class: className = "", label, hint, button, isStaying = false, children }: {
  class?: string;
  /** What it is, where the button has no words. */
  label?: string;
  hint?: string;
  button: ComponentChildren;
  isStaying?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const details = element.current!;
    const onPress = (event: Event) => {
      if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
    };
    addEventListener("pointerdown", onPress);
    return () => removeEventListener("pointerdown", onPress);
  }, []);
  return (
    <details
      class="menu"
      ref={element}
      onKeyDown={(event) => {
        const details = event.currentTarget;
        if (event.key !== "Escape" || !details.open) return;
        event.preventDefault();
        details.open = false;
        details.querySelector("summary")?.focus();
      }}
    >
      <summary class={className} aria-label={label} title={hint}>{button}</summary>
      <div
        class="menu-panel"
        onClick={(event) => {
          if (isStaying || !(event.target instanceof Element) || event.target.closest("a, button") === null) return;
          element.current!.open = false;
        }}
      >
        {children}
      </div>
    </details>
  );
}
