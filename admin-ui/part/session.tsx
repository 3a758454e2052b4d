/** The dialog that asks for a token, and who is signed in (spec/console.md 8.1). The token is nowhere kept in the page. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { useConsole } from "./context.ts";

/** Asks for as long as the server wants a token. */
export function SignIn(): JSX.Element | null {
  const { session } = useConsole();
  return session.needsToken ? <SignInDialog /> : null;
}

/** Unlike other dialogs it cannot be closed: there is nothing behind it to go on with. */
function SignInDialog(): JSX.Element {
  const { session } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null), input = useRef<HTMLInputElement>(null);
  const error = useSignal(""), isBusy = useSignal(false);
  useEffect(() => dialog.current?.showModal(), []);
  const signIn = async (event: Event) => {
    event.preventDefault();
    const token = input.current!.value.trim();
    input.current!.value = "";
    isBusy.value = true;
    error.value = "";
    try {
      await session.signIn(token);
    } catch (refused) {
      error.value = refused instanceof Error ? refused.message : String(refused);
      isBusy.value = false;
      input.current?.focus();
    }
  };
  return (
    <dialog
      class="dialog sign-in"
      ref={dialog}
      aria-labelledby="sign-in-title"
      onCancel={(event) => event.preventDefault()}
    >
      <header class="dialog-head">
        <h2 id="sign-in-title">Sign in</h2>
      </header>
      <form onSubmit={signIn}>
        <div class="dialog-body form">
          <p>This proxy wants a token of its token file. The page does not keep it.</p>
          <label>
            Token
            <input ref={input} type="password" required autocomplete="off" aria-describedby="sign-in-error" />
          </label>
          <p class="form-error" id="sign-in-error" role="alert">{error.value}</p>
        </div>
        <footer class="dialog-foot">
          <button type="submit" class="button is-main" disabled={isBusy.value}>Sign in</button>
        </footer>
      </form>
    </dialog>
  );
}

/** Name and role, and the way out; nothing where no token was shown. */
export function SessionMark(): JSX.Element | null {
  const { session } = useConsole();
  const view = session.view.value;
  if (view === null || !view.authenticated) return null;
  return (
    <span class="chip session" title={`Signed in as ${view.name}, role ${view.role}`}>
      <span class="chip-word">{view.name}</span>
      <span class="chip-aside">{view.role}</span>
      <button type="button" class="button is-quiet" onClick={() => session.signOut()}>Sign out</button>
    </span>
  );
}
