/** A column heading that sorts: first press descending for numbers, the next one turns it, the third takes it back. */

import type { JSX } from "preact";
import { Icon } from "./icon.tsx";

/** `sort` is the column in force, `-` before it for descending; `onSort` gets the next. Without it, it is just a heading. */
export function SortHeader({ id, title, source, class: className, sort, onSort }: {
  id: string;
  title: string;
  source: string;
  class: string;
  sort: string;
  onSort: ((sort: string) => void) | undefined;
}): JSX.Element {
  if (onSort === undefined) return <th scope="col" class={className} title={source || undefined}>{title}</th>;
  const isNumber = className.includes("number");
  const first = isNumber ? `-${id}` : id;
  const second = isNumber ? id : `-${id}`;
  const order = sort === id ? "ascending" : sort === `-${id}` ? "descending" : undefined;
  const next = sort === first ? second : sort === second ? "" : first;
  return (
    <th scope="col" class={className} aria-sort={order}>
      <button
        type="button"
        class={`sort${order === undefined ? "" : ` is-${order}`}`}
        title={source}
        onClick={() => onSort(next)}
      >
        {title}
        <Icon name="chevron" />
      </button>
    </th>
  );
}
