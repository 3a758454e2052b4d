/** The strips over the page: what changes the meaning of everything below. Most pressing first. */

import type { JSX } from "preact";
import { useConsole } from "./context.ts";
import { Icon, LevelIcon } from "./icon.tsx";

/** All that hold now. */
export function BannerList(): JSX.Element {
  const { banners } = useConsole();
  return (
    <div class="banners" aria-live="polite">
      {banners.shown.value.map(({ id, level, text, link, actions = [] }) => (
        <div class={`banner is-${level}`} key={id}>
          <LevelIcon level={level} />
          <p>
            {text} {link !== undefined && <a href={link.href}>{link.text}</a>}
          </p>
          {actions.map(({ label, run, disabledReason = null }) => (
            <button
              type="button"
              class="button"
              key={label}
              disabled={disabledReason !== null}
              title={disabledReason ?? undefined}
              onClick={run}
            >
              {label}
            </button>
          ))}
          {level === "info" && (
            <button
              type="button"
              class="icon-button"
              aria-label="Put away"
              onClick={() => banners.dismiss(id)}
            >
              <Icon name="close" />
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
