/** How far something has come, as a bar and in words. */

import type { JSX } from "preact";

/** `done` of `total`; a total of null means that nobody knows how long it takes. */
export function Progress({ label, done, total }: { label: string; done: number; total: number | null }): JSX.Element {
  return (
    <span class="progress">
      {total === null
        ? <progress aria-label={label} />
        : <progress aria-label={label} value={Math.min(done, total)} max={Math.max(total, 1)} />}
      <span class="progress-text">{total === null ? label : `${label} ${done} of ${total}`}</span>
    </span>
  );
}
