/** A number on screen: short text, quiet unit, and on hover the exact value with the stat it comes from. */

import type { JSX } from "preact";
import { type Figure, UNKNOWN } from "../text/units.ts";

/** `source` names the stat or endpoint behind the number. */
export function FigureText({ figure, source }: { figure: Figure; source: string }): JSX.Element {
  return (
    <span class="figure" title={`${figure.exact}\n${source}`}>
      {figure.text}
      {figure.unit !== "" && <span class="unit">{"\u00a0" + figure.unit}</span>}
    </span>
  );
}

/** A number in a table: right-aligned by its class, quiet when it is zero. */
export function NumberCell({ figure, source, tone, isWideOnly }: {
  figure: Figure;
  source: string;
  tone?: "warn" | "bad" | undefined;
  /** Left out on a phone. */
  isWideOnly?: boolean;
}): JSX.Element {
  const classes = ["number"];
  if (figure.text === "0" || figure.text === UNKNOWN) classes.push("is-quiet");
  if (tone !== undefined) classes.push(`is-${tone}`);
  if (isWideOnly === true) classes.push("is-wide-only");
  return (
    <td class={classes.join(" ")}>
      <FigureText figure={figure} source={source} />
    </td>
  );
}
