/** A small table of words and numbers: the first cell names the row, numbers stand at the right. */

import type { ComponentChildren, JSX } from "preact";

/** `label` says what it is a table of. */
export function PlainTable({ label, head, rows }: {
  label: string;
  head: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}): JSX.Element {
  const isNumber = (at: number) => rows.length > 0 && rows.every((row) => /^[\d.,]+( %)?$|^–$/.test(String(row[at])));
  return (
    <div class="scroll" role="group" aria-label={label} tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            {head.map((title, at) => (
              <th scope="col" key={title} class={at > 0 && isNumber(at) ? "number" : undefined}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {row.map((cell, at) =>
                at === 0
                  ? <th scope="row" key={at}>{cell}</th>
                  : <td key={at} class={isNumber(at) ? "number" : undefined}>{cell}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
