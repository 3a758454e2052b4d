/**
 * The last look before a change set is applied: what was, what will be, what it means, why, for how long, and whether it
 * goes back by itself unless it is kept. The proxy checks the set when the dialog opens; nothing is changed by that.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RuntimeApplied, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { type Edit, opsOf } from "../../model/runtime/edit_tray.ts";
import { EXPIRY_KINDS, type ExpiryChoice, expirySeconds, NO_EXPIRY } from "../../model/runtime/expiry.ts";
import { outlookOf } from "../../model/runtime/outlook.ts";
import { entryOf } from "../../model/runtime/view.ts";
import { useConsole } from "../../part/context.ts";
import { Dialog } from "../../part/dialog.tsx";
import { Icon } from "../../part/icon.tsx";
import { RawValue } from "./change_list.tsx";
import { useDesk, useReadOnlyReason } from "./desk.ts";

/** How long a guarded change waits to be kept. */
const CONFIRM_S = 60;

/** The dialog. */
export function ReviewDialog({ view, onClose }: { view: RuntimeView; onClose: () => void }): JSX.Element {
  const { feed } = useConsole();
  const { model: { tray, view: live }, changes } = useDesk();
  const readOnly = useReadOnlyReason(live);
  const [reason, setReason] = useState("");
  const [expiry, setExpiry] = useState<ExpiryChoice>(NO_EXPIRY);
  const [confirmS, setConfirmS] = useState<number | null>(null);
  const [trial, setTrial] = useState<RuntimeApplied | null>(null);
  const edits = tray.edits.value;
  const state = changes.state.value;
  const seconds = expirySeconds(expiry, feed.connection.serverNowMs());
  useEffect(() => {
    changes.settle();
    setTrial(null);
    if (edits.length === 0) return onClose();
    changes.apply({ reason: "", dry_run: true, ops: opsOf(edits, null) }).then(setTrial);
  }, [edits]);
  const errors = state.kind === "refused" ? state.errors : [];
  const apply = async () => {
    if (seconds === undefined || readOnly !== null) return;
    const applied = await changes.apply({
      reason: reason.trim(),
      ops: opsOf(edits, seconds),
      ...confirmS === null ? {} : { confirm_within_s: confirmS },
    });
    if (applied === null) return;
    tray.clear();
    onClose();
  };
  return (
    <Dialog
      title={edits.length === 1 ? "Review 1 change" : `Review ${edits.length} changes`}
      isWide
      isBusy={state.kind === "sending" && trial !== null}
      onClose={onClose}
      onSubmit={apply}
      actions={
        <>
          <span class="dialog-note">
            {readOnly !== null
              ? `Read only: ${readOnly}`
              : trial !== null
              ? "Checked by the proxy; nothing is changed yet"
              : state.kind === "sending"
              ? "The proxy checks it…"
              : ""}
          </span>
          <button type="button" class="button" onClick={onClose}>Back</button>
          <button
            type="submit"
            class="button is-main"
            disabled={trial === null || state.kind !== "idle" || seconds === undefined || readOnly !== null}
          >
            Apply {edits.length}
          </button>
        </>
      }
    >
      {state.kind === "refused" && <p class="notice is-warn" role="alert">{state.text}</p>}
      <div class="scroll">
        <table class="table review-table">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Override</th>
              <th scope="col">In force</th>
              <th scope="col">
                <span class="unseen">Take out</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {edits.map((edit) => (
              <ReviewRow
                key={edit.key}
                edit={edit}
                view={view}
                error={errors.find(({ key }) => key === edit.key)?.message ?? null}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div class="review-fields">
        <label class="field is-long">
          <span>Reason</span>
          <input
            class="input"
            type="text"
            maxLength={500}
            placeholder="INC-4711 shed load"
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Expires</span>
          <select
            class="select"
            value={expiry.kind}
            onChange={(event) => setExpiry({ ...expiry, kind: event.currentTarget.value })}
          >
            {EXPIRY_KINDS.map(([kind, word]) => <option key={kind} value={kind}>{word}</option>)}
          </select>
        </label>
        {expiry.kind === "custom" && (
          <label class="field">
            <span>Minutes</span>
            <input
              class="input share-number"
              type="number"
              min="0"
              step="any"
              value={expiry.minutes}
              onInput={(event) => setExpiry({ ...expiry, minutes: event.currentTarget.value })}
            />
          </label>
        )}
        {expiry.kind === "until" && (
          <label class="field">
            <span>Time</span>
            <input
              class="input"
              type="time"
              value={expiry.until}
              onInput={(event) => setExpiry({ ...expiry, until: event.currentTarget.value })}
            />
          </label>
        )}
        <div class="field is-long">
          <label class="check">
            <input
              type="checkbox"
              checked={confirmS !== null}
              onChange={(event) => setConfirmS(event.currentTarget.checked ? CONFIRM_S : null)}
            />{" "}
            Revert by itself unless I press Keep
          </label>
          {confirmS !== null && (
            <label class="confirm-within">
              within{" "}
              <input
                class="input share-number"
                type="number"
                min="1"
                max="3600"
                aria-label="Seconds to keep it within"
                value={confirmS}
                onInput={(event) => setConfirmS(Math.max(1, Math.round(event.currentTarget.valueAsNumber || 1)))}
              />{" "}
              seconds
            </label>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function ReviewRow({ edit, view, error }: { edit: Edit; view: RuntimeView; error: string | null }): JSX.Element {
  const { model: { tray }, catalog } = useDesk();
  const { key, value, base } = edit;
  const entry = entryOf(view, key);
  const outlook = outlookOf(view, entry, catalog.value?.get(key) ?? null, key, value);
  const refused = error ?? outlook.refusal?.message ?? null;
  return (
    <tr>
      <th scope="row">
        <span class="name">{key}</span>
        {refused !== null && <span class="reason is-refused">{refused}</span>}
        {outlook.warnings.map((warning) => <span class="reason is-warned" key={warning}>{warning}</span>)}
      </th>
      <td>
        <RawValue text={base} /> → {value === null ? <i>removed</i> : <RawValue text={value} />}
      </td>
      <td>
        {outlook.meaningBefore} → <b>{outlook.meaningAfter}</b>
      </td>
      <td>
        <button type="button" class="icon-button" aria-label={`Take out ${key}`} onClick={() => tray.drop(key)}>
          <Icon name="close" />
        </button>
      </td>
    </tr>
  );
}
