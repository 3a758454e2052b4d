/**
 * Asks before something is done: what will happen, why it is done, and where it cannot be undone, a word to type
 * (spec/console.md 5.14).
 */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";

/** Open while it is on screen. `typed`: what must be typed; null = nothing. `onDo` throws to say why it was refused. */
export function ConfirmDialog({ title, typed, children, onDo, onClose }: {
  title: string;
  typed: string | null;
  children: ComponentChildren;
  onDo: (reason: string) => Promise<unknown>;
  onClose: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const reason = useSignal(""), written = useSignal(""), error = useSignal(""), isBusy = useSignal(false);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: Event) => {
    event.preventDefault();
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
    <dialog class="help confirm" ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      <div class="aside">{children}</div>
      <form class="form" onSubmit={submit}>
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
        <div class="form-row">
          <button type="submit" class="button is-main" disabled={!isReady || isBusy.value}>{title}</button>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </dialog>
  );
}
