/** The notes at the foot of the page; each is read out once. */

import type { JSX } from "preact";
import { useConsole } from "./context.ts";
import { Icon, LevelIcon } from "./icon.tsx";

/** All on screen. */
export function ToastList(): JSX.Element {
  const { toasts } = useConsole();
  return (
    <div class="toasts" role="status">
      {toasts.shown.value.map(({ id, level, text, action }) => (
        <p class={`toast is-${level}`} key={id}>
          <LevelIcon level={level} />
          <span>{text}</span>
          {action !== null && (
            <button
              type="button"
              class="button"
              onClick={() => {
                toasts.dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => toasts.dismiss(id)}>
            <Icon name="close" />
          </button>
        </p>
      ))}
    </div>
  );
}
