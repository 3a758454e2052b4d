/**
 * A modal dialog: the browser's own, which keeps the focus inside and the page behind still. It is open for as long as it
 * is drawn; who draws it stops to in `onClose`.
 */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useReturnFocus } from "./focus.ts";
import { Icon } from "./icon.tsx";

/** A dialog's content. */
export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** With it the dialog is a form, and a button of type `submit` in it, or Enter in a field, calls it. */
  readonly onSubmit?: () => void;
  /** Buttons at the foot, the one that goes on last. */
  readonly actions?: ComponentChildren;
  /** Something is under way that must be seen to its end: Esc and the cross do nothing. */
  readonly isBusy?: boolean;
  /** Wide enough for two columns. */
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

/** Draws it. */
export function Dialog(props: DialogProps): JSX.Element {
  const { title, onClose, onSubmit, actions, isBusy = false, isWide = false, children } = props;
  const element = useRef<HTMLDialogElement>(null);
  useReturnFocus(element);
  useEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const content = (
    <>
      <div class="dialog-body">{children}</div>
      {actions !== undefined && <footer class="dialog-foot">{actions}</footer>}
    </>
  );
  return (
    <dialog
      class={`dialog${isWide ? " is-wide" : ""}`}
      ref={element}
      aria-labelledby="dialog-title"
      aria-busy={isBusy}
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close"
          title="Close (Esc)"
          disabled={isBusy}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {onSubmit === undefined ? content : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBusy) onSubmit();
          }}
        >
          {content}
        </form>
      )}
    </dialog>
  );
}
