/** Which dialog of the page is open. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { keyRefusal } from "../../../src/admin/contract/runtime_check.ts";
import { similarKeys } from "../../model/runtime/rows.ts";
import { useConsole } from "../../part/context.ts";
import { Dialog } from "../../part/dialog.tsx";
import { pathOf } from "../../router.ts";
import { ConflictDialog } from "./conflict.tsx";
import { useDesk } from "./desk.ts";
import { ReviewDialog } from "./review.tsx";
import { ExportDialog, ImportDialog } from "./transfer.tsx";
import { UndoDialog } from "./undo.tsx";

/** One at a time; a conflict goes before the rest. */
export function RuntimeDialogs({ view }: { view: RuntimeView }): JSX.Element | null {
  const { changes, dialog } = useDesk();
  const state = changes.state.value;
  const open = dialog.value;
  const close = () => {
    changes.settle();
    dialog.value = null;
  };
  if (state.kind === "contested") return <ConflictDialog conflicts={state.conflicts} onClose={close} />;
  if (open === null) return null;
  switch (open.kind) {
    case "review":
      return <ReviewDialog view={view} onClose={close} />;
    case "undo":
      return <UndoDialog id={open.id} onClose={close} />;
    case "add":
      return <AddKeyDialog onClose={close} />;
    case "import":
      return <ImportDialog view={view} onClose={close} />;
    case "export":
      return <ExportDialog onClose={close} />;
    default:
      return <OverridesDialog want={open.kind} view={view} onClose={close} />;
  }
}

function AddKeyDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { router } = useConsole();
  const { catalog } = useDesk();
  const [name, setName] = useState("");
  const key = name.trim();
  const known = [...catalog.value?.keys() ?? []].filter((other) => !/<[^>]*>/.test(other));
  const similar = key.length < 4 || known.includes(key) ? [] : similarKeys(key, known);
  const refusal = key === "" ? null : keyRefusal(key);
  return (
    <Dialog
      title="Set a key"
      onClose={onClose}
      onSubmit={() => {
        if (key === "" || refusal !== null) return;
        onClose();
        router.go(pathOf("runtime", "key", key));
      }}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button is-main" disabled={key === "" || refusal !== null}>
            Choose a value
          </button>
        </>
      }
    >
      <label class="field is-long">
        <span>Key</span>
        <input
          class="input"
          list="known-keys"
          autocomplete="off"
          spellcheck={false}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <datalist id="known-keys">
          {known.filter((other) => other.includes(key)).slice(0, 50).map((other) => (
            <option
              key={other}
              value={other}
            />
          ))}
        </datalist>
      </label>
      {refusal !== null && <p class="is-refused">{refusal.message}: wanted {refusal.expected}</p>}
      {similar.length > 0 && (
        <p class="notice is-info">
          No such key is known. Did you mean{" "}
          {similar.map((other) => (
            <button type="button" class="button" key={other} onClick={() => setName(other)}>{other}</button>
          ))}
        </p>
      )}
    </Dialog>
  );
}

const OVERRIDES = {
  disable: {
    title: "Disable all overrides",
    words: "Every value of the admin layer stops counting at once. The values are kept: they can be re-enabled.",
    button: "Disable all",
  },
  enable: { title: "Re-enable the overrides", words: "These values count again at once:", button: "Re-enable" },
  discard: {
    title: "Discard the parked overrides",
    words: "These values are thrown away. This cannot be undone.",
    button: "Discard",
  },
} as const;

function OverridesDialog({ want, view, onClose }: {
  want: keyof typeof OVERRIDES;
  view: RuntimeView;
  onClose: () => void;
}): JSX.Element {
  const { changes } = useDesk();
  const [reason, setReason] = useState("");
  const { title, words, button } = OVERRIDES[want];
  const state = changes.state.value;
  const values = view.parked ?? view.entries.filter(({ admin }) => admin !== undefined).map(({ key, effective }) => ({
    key,
    value: effective ?? "",
  }));
  return (
    <Dialog
      title={title}
      isBusy={state.kind === "sending"}
      onClose={onClose}
      onSubmit={async () => {
        if (await changes.setOverrides(want, reason.trim())) onClose();
      }}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class={`button ${want === "enable" ? "is-main" : "is-danger"}`}>{button}</button>
        </>
      }
    >
      {state.kind === "refused" && <p class="notice is-warn" role="alert">{state.text}</p>}
      <p>{words}</p>
      <ul class="undo-list">
        {values.slice(0, 50).map(({ key, value }) => (
          <li key={key}>
            <span class="name">{key}</span> <code>{value}</code>
          </li>
        ))}
        {values.length > 50 && <li class="is-quiet">and {values.length - 50} more</li>}
      </ul>
      <label class="field is-long">
        <span>Reason</span>
        <input class="input" value={reason} maxLength={500} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
