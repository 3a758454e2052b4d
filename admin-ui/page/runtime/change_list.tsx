/** Changes of runtime values, newest first: what, by whom, why, and what became of it. New ones come in by themselves. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { AppliedKey, RuntimeChange } from "../../../src/admin/contract/runtime.ts";
import { mergedChanges } from "../../model/runtime/view.ts";
import { useConsole } from "../../part/context.ts";
import { Empty, Loading } from "../../part/empty.tsx";
import { Icon } from "../../part/icon.tsx";
import { pathOf } from "../../router.ts";
import { clock, moment } from "../../text/ages.ts";
import { SOURCE_WORDS, STATE_WORDS } from "../../text/runtime_words.ts";
import { useDesk, useReadOnlyReason } from "./desk.ts";

/** Changes asked for at once. */
const ASKED = 1000;

/** All that is remembered; null until it came. */
export function useHistory(): { changes: readonly RuntimeChange[] | null; error: string; retry: () => void } {
  const { api } = useConsole();
  const { model } = useDesk();
  const [asked, setAsked] = useState<readonly RuntimeChange[] | null>(null);
  const [error, setError] = useState("");
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    api.get<{ items: RuntimeChange[] }>(`/runtime/history?limit=${ASKED}`, abort.signal).then(
      ({ items }) => setAsked(items),
      (cause) => !abort.signal.aborted && setError(cause instanceof Error ? cause.message : String(cause)),
    );
    return () => abort.abort();
  }, [tries]);
  return {
    changes: asked === null ? null : mergedChanges(model.recent.value, asked),
    error,
    retry: () => {
      setError("");
      setTries(tries + 1);
    },
  };
}

/** The history page. */
export function ChangeHistory(): JSX.Element {
  const { router } = useConsole();
  const { changes, error, retry } = useHistory();
  const text = router.query("q").trim().toLowerCase();
  const shown = (changes ?? []).filter((change) =>
    text === "" ||
    [change.actor, change.reason, change.change_id, ...change.keys.map(({ key }) => key)].some((words) =>
      words.toLowerCase().includes(text)
    )
  );
  return (
    <section class="panel" aria-label="History">
      <div class="filters" role="search">
        <label class="search">
          <Icon name="search" />
          <span class="unseen">Search keys, people and reasons</span>
          <input
            type="search"
            placeholder="Key, who, why…"
            value={router.query("q")}
            onInput={(event) => router.setQuery("q", event.currentTarget.value)}
          />
        </label>
      </div>
      {error !== ""
        ? (
          <Empty title="Cannot show the history">
            <p>{error}</p>
            <button type="button" class="button" onClick={retry}>Try again</button>
          </Empty>
        )
        : changes === null
        ? <Loading rows={6} />
        : shown.length === 0
        ? (
          <Empty title={text === "" ? "No value has been changed since the start" : "No change matches"}>
            Changes by the console, by /runtime_modify, by files and by RTDS appear here as they happen.
          </Empty>
        )
        : <ChangeRows changes={shown.slice(0, 200)} />}
    </section>
  );
}

/** `name`: only what happened to this key. */
export function ChangeRows({ changes, name }: { changes: readonly RuntimeChange[]; name?: string }): JSX.Element {
  return (
    <ol class="changes">
      {changes.map((change) => <Change key={change.change_id} change={change} name={name} />)}
    </ol>
  );
}

function Change({ change, name }: { change: RuntimeChange; name: string | undefined }): JSX.Element {
  const { dialog, model } = useDesk();
  const readOnly = useReadOnlyReason(model.view);
  const { change_id: id, at_ms: atMs, actor, source, reason, state, by_change_id: by, undoable } = change;
  const keys = change.keys.filter(({ key }) => name === undefined || key === name);
  return (
    <li class={`change is-${state}`}>
      <p class="change-head">
        <time dateTime={new Date(atMs).toISOString()} title={moment(atMs)}>{clock(atMs)}</time> <b>{actor}</b>
        <span class="badge is-info">{SOURCE_WORDS[source]}</span>
        <span class={`badge is-${state === "pending_confirm" ? "warn" : "plain"}`}>
          {STATE_WORDS[state]}
          {by !== null && ` by ${by}`}
        </span>
        <span class="is-quiet">{id}</span>
        {undoable && (
          <button
            type="button"
            class="button"
            disabled={readOnly !== null}
            title={readOnly ?? undefined}
            onClick={() => dialog.value = { kind: "undo", id }}
          >
            Undo
          </button>
        )}
      </p>
      {reason !== "" && <p class="change-reason">{reason}</p>}
      <ul>
        {keys.slice(0, 20).map((key) => (
          <li key={key.key}>
            <KeyChange change={key} isNamed={name === undefined} />
          </li>
        ))}
        {keys.length > 20 && <li class="is-quiet">and {keys.length - 20} more keys</li>}
      </ul>
    </li>
  );
}

/** What was, what is, and whether it counts. */
export function KeyChange({ change, isNamed = true }: { change: AppliedKey; isNamed?: boolean }): JSX.Element {
  const { key, before, after, shadowed_by: shadowedBy } = change;
  return (
    <>
      {isNamed && <a class="name" href={pathOf("runtime", "key", key)}>{key}</a>} <RawValue text={before} /> →{" "}
      <RawValue text={after} />
      {shadowedBy !== null && <span class="badge is-warn">no effect: {shadowedBy} is above</span>}
    </>
  );
}

/** A value as it was given. */
export function RawValue({ text }: { text: string | null }): JSX.Element {
  return text === null ? <i class="is-quiet">none</i> : <code>{text === "" ? "empty" : text}</code>;
}
