/** The tray at the foot of the page: how many edits there are, and what to do with them. */

import type { JSX } from "preact";
import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { overtaken } from "../../model/runtime/edit_tray.ts";
import { pathOf } from "../../router.ts";
import { useDesk } from "./desk.ts";

/** Nothing without edits. */
export function Tray({ view }: { view: RuntimeView }): JSX.Element | null {
  const { model: { tray }, dialog } = useDesk();
  const edits = tray.edits.value;
  if (edits.length === 0) return null;
  const contested = overtaken(edits, view);
  return (
    <aside class="tray" aria-label="Change set">
      <b role="status">{edits.length === 1 ? "1 change" : `${edits.length} changes`}</b>
      <span class="tray-keys">
        {contested.length > 0
          ? (
            <span class="is-refused">
              Changed meanwhile by others:{" "}
              {contested.map(({ key }) => <a href={pathOf("runtime", "key", key)} key={key}>{key}</a>)}
            </span>
          )
          : edits.map(({ key }) => key).join(", ")}
      </span>
      <button type="button" class="button is-quiet" onClick={() => tray.clear()}>Discard</button>
      <button type="button" class="button is-main" onClick={() => dialog.value = { kind: "review" }}>Review</button>
    </aside>
  );
}
