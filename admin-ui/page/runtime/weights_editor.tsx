/** The weights of one weighted cluster in one form, with what each is of their sum. */

import type { JSX } from "preact";
import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { adminValueOf } from "../../model/runtime/view.ts";
import { weightsOf } from "../../model/runtime/weights.ts";
import { joined, numbers } from "../../text/units.ts";
import { useDesk } from "./desk.ts";

/** All weights beside each other; each that is changed is an edit of the tray. */
export function WeightsEditor({ keys, view, isDisabled }: {
  keys: ReadonlyMap<string, string>;
  view: RuntimeView;
  isDisabled: boolean;
}): JSX.Element {
  const { model: { tray }, catalog } = useDesk();
  const weights = weightsOf(keys, catalog.value ?? new Map(), view, tray);
  const sum = weights.reduce((total, { text }) => total + (Number(text) || 0), 0);
  let from = 0;
  return (
    <fieldset class="weights" disabled={isDisabled}>
      <legend>Weights of this weighted cluster</legend>
      <svg class="weights-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        {weights.map(({ key, share }, at) => {
          const start = from;
          from += share * 100;
          return <rect key={key} x={start} y="0" width={share * 100} height="4" class={`weight-${at % 4}`} />;
        })}
      </svg>
      {weights.map(({ key, name, text, share }, at) => (
        <label class="weight" key={key}>
          <svg class="weight-dot" viewBox="0 0 4 4" aria-hidden="true">
            <rect width="4" height="4" class={`weight-${at % 4}`} />
          </svg>
          <span class="name">{name}</span>
          <input
            class="input share-number"
            type="number"
            min="0"
            value={text}
            onInput={(event) => {
              const { value } = event.currentTarget;
              if (/^\d+$/.test(value)) tray.put({ key, value, base: adminValueOf(view, key) });
            }}
          />
          <span class="weight-share">{joined(numbers.percent(share))}</span>
        </label>
      ))}
      <p class={sum === 0 ? "is-refused" : "is-quiet"}>
        {sum === 0 ? "With a sum of 0 no cluster is chosen: requests get 503" : `Sum ${sum}`}
      </p>
    </fieldset>
  );
}
