/** Taking a change back: the dialog that says what would come of it, and the keys that open it. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Dialog } from "../../part/dialog.tsx";
import { useShortcuts } from "../../part/keys.ts";
import { RawValue, useHistory } from "./change_list.tsx";
import { type RuntimeDesk, useDesk } from "./desk.ts";

/** `u`, and Ctrl-Z outside of fields: the last change that was applied here. */
export function useUndoKeys({ changes, dialog }: RuntimeDesk): void {
  const open = () => {
    const outcome = changes.outcome.value;
    if (outcome !== null && dialog.value === null) dialog.value = { kind: "undo", id: outcome.applied.change_id };
  };
  useShortcuts([{ key: "u", words: "Undo the last change of runtime values", run: open }]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      const { target } = event;
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
      event.preventDefault();
      open();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** Says what would come back, then does it. */
export function UndoDialog({ id, onClose }: { id: string; onClose: () => void }): JSX.Element {
  const { changes: desk } = useDesk();
  const { changes } = useHistory();
  const change = changes?.find(({ change_id }) => change_id === id) ?? null;
  const state = desk.state.value;
  return (
    <Dialog
      title={`Undo change ${id}`}
      onClose={onClose}
      isBusy={state.kind === "sending"}
      onSubmit={async () => {
        if (await desk.undo(id)) onClose();
      }}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button is-main" disabled={change?.undoable === false}>Undo</button>
        </>
      }
    >
      {state.kind === "refused" && <p class="notice is-warn" role="alert">{state.text}</p>}
      {change === null ? <p class="is-quiet">Looking for the change…</p> : (
        <>
          {!change.undoable && <p class="notice is-info">There is nothing left of it to undo.</p>}
          <ul class="undo-list">
            {change.keys.map(({ key, before, after }) => (
              <li key={key}>
                <span class="name">{key}</span> <RawValue text={after} /> → <RawValue text={before} />
              </li>
            ))}
          </ul>
          <p class="is-quiet">Keys that somebody changed since stay as they are.</p>
        </>
      )}
    </Dialog>
  );
}
