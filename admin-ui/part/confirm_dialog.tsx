/**
 * Asks before something is done: what will happen, why it is done, and where it cannot be undone, a word to type
 * (spec/console.md 5.14).
 */

import type { ComponentChildren, JSX } from "preact";
import { useSignal } from "@preact/signals";
import { Dialog } from "./dialog.tsx";

/** Open while it is drawn. `typed`: what must be typed; null = nothing. `onDo` throws to say why it was refused. */
export function ConfirmDialog({ title, typed, children, onDo, onClose }: {
  title: string;
  typed: string | null;
  children: ComponentChildren;
  onDo: (reason: string) => Promise<unknown>;
  onClose: () => void;
}): JSX.Element {
  const reason = useSignal(""), written = useSignal(""), error = useSignal(""), isBusy = useSignal(false);
  const submit = async () => {
    isBusy.value = true;
    try {
      await onDo(reason.value);
      onClose();
    } catch (refused) {
      error.value = refused instanceof Error ? refused.message : String(refused);
      isBusy.value = false;
    }
  };
  const isReady = typed === null || written.value === typed;
  return (
    <Dialog
      title={title}
      isBusy={isBusy.value}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button is-main" disabled={!isReady || isBusy.value}>{title}</button>
        </>
      }
    >
      <div class="form">
        {children}
        <label>
          Reason, for the audit
          <input value={reason.value} maxLength={1000} onInput={(event) => reason.value = event.currentTarget.value} />
        </label>
        {typed !== null && (
          <label>
            <span>
              This cannot be undone. Type <b class="name">{typed}</b> to go on
            </span>
            <input
              value={written.value}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => written.value = event.currentTarget.value}
            />
          </label>
        )}
        <p class="form-error" role="alert">{error.value}</p>
      </div>
    </Dialog>
  );
}
