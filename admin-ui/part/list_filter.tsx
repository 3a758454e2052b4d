/** The tools of a list that the page itself filters: a search field, and a button for what has a problem. Both are in the address. */

import type { JSX } from "preact";
import { useConsole } from "./context.ts";
import { Icon } from "./icon.tsx";

/** `label` says what is filtered, for who cannot see it. */
export function ListFilter({ label, placeholder }: { label: string; placeholder: string }): JSX.Element {
  const { router } = useConsole();
  const isProblemsOnly = router.query("problems") === "1";
  return (
    <>
      <label class="search">
        <Icon name="search" />
        <span class="unseen">{label}</span>
        <input
          type="search"
          placeholder={placeholder}
          value={router.query("q")}
          onInput={(event) => router.setQuery("q", event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        class="button is-quiet"
        aria-pressed={isProblemsOnly}
        onClick={() => router.setQuery("problems", isProblemsOnly ? "" : "1")}
      >
        Problems only
      </button>
    </>
  );
}
