/** The dialog that asks for a token, and who is signed in (spec/console.md 8.1). The token is nowhere kept in the page. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { useConsole } from "./context.ts";

/** Open for as long as the server wants a token. */
export function SignInDialog(): JSX.Element {
  const { session } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null), input = useRef<HTMLInputElement>(null);
  const error = useSignal(""), isBusy = useSignal(false);
  const needsToken = session.needsToken;
  useEffect(() => {
    if (needsToken) dialog.current?.showModal();
    else dialog.current?.close();
  }, [needsToken]);
  const signIn = async (event: Event) => {
    event.preventDefault();
    const field = input.current!;
    isBusy.value = true;
    error.value = "";
    try {
      await session.signIn(field.value.trim());
    } catch (refused) {
      error.value = refused instanceof Error ? refused.message : String(refused);
    }
    isBusy.value = false;
    field.value = "";
    field.focus();
  };
  return (
    <dialog
      class="help sign-in"
      ref={dialog}
      aria-labelledby="sign-in-title"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="sign-in-title">Sign in</h2>
      <p class="aside">This proxy wants a token of its token file. It is not kept in the page.</p>
      <form class="form" onSubmit={signIn}>
        <label>
          Token
          <input ref={input} type="password" required autocomplete="off" aria-describedby="sign-in-error" />
        </label>
        <p class="form-error" id="sign-in-error" role="alert">{error.value}</p>
        <button type="submit" class="button" disabled={isBusy.value}>Sign in</button>
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
