/** Facts with their names, in two columns. */

import type { ComponentChildren, JSX } from "preact";

/** `facts`: name and value each. */
export function Facts(
  { facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] },
): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}/value`}>{value}</dd>])}
    </dl>
  );
}
