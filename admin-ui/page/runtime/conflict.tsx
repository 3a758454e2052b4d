/** Somebody was there first: nothing was applied, and for each contested key the reader says what shall count. */

import type { JSX } from "preact";
import type { RuntimeConflict } from "../../../src/admin/contract/runtime.ts";
import { useConsole } from "../../part/context.ts";
import { Dialog } from "../../part/dialog.tsx";
import { pathOf } from "../../router.ts";
import { ago } from "../../text/ages.ts";
import { RawValue } from "./change_list.tsx";
import { useDesk } from "./desk.ts";

/** Mine, theirs and what both began from. */
export function ConflictDialog({ conflicts, onClose }: {
  conflicts: readonly RuntimeConflict[];
  onClose: () => void;
}): JSX.Element {
  const { feed, router } = useConsole();
  const { model: { tray }, changes, dialog } = useDesk();
  const open = conflicts.filter(({ key, current }) => {
    const edit = tray.find(key);
    return edit !== null && edit.base !== current;
  });
  const settle = (resolve: () => void) => {
    resolve();
    if (open.length > 1) return;
    changes.settle();
    dialog.value = tray.edits.value.length === 0 ? null : { kind: "review" };
  };
  return (
    <Dialog title="Somebody else changed this meanwhile" isWide onClose={onClose}>
      <p>Nothing was applied. Your other changes wait in the change set.</p>
      {open.map(({ key, base, current, set_by: by, set_ms: atMs, reason }) => (
        <section class="conflict" key={key} aria-label={key}>
          <h3 class="name">{key}</h3>
          <dl class="facts">
            <dt>Mine</dt>
            <dd>
              <RawValue text={tray.find(key)?.value ?? null} />
            </dd>
            <dt>Theirs</dt>
            <dd>
              <RawValue text={current} /> {by !== "" && <b>{by}</b>}
              {atMs !== null && <>, {ago(feed.connection.serverNowMs() - atMs)}</>}
              {reason !== "" && <>: {reason}</>}
            </dd>
            <dt>Before both</dt>
            <dd>
              <RawValue text={base} />
            </dd>
          </dl>
          <div class="form-buttons">
            <button
              type="button"
              class="button"
              onClick={() =>
                settle(() =>
                  tray.drop(key)
                )}
            >
              Take theirs
            </button>
            <button type="button" class="button" onClick={() => settle(() => tray.rebase(key, current))}>
              Overwrite
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                tray.rebase(key, current);
                onClose();
                router.go(pathOf("runtime", "key", key));
              }}
            >
              Edit
            </button>
          </div>
        </section>
      ))}
    </Dialog>
  );
}
