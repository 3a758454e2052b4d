/**
 * Values in and out of the page: a text that is pasted or dropped becomes edits of the change set after the proxy has read
 * it, and what is set becomes text in the form that another place takes.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { type ImportItem, type ImportRow, importRows } from "../../model/runtime/import_rows.ts";
import { useConsole } from "../../part/context.ts";
import { CopyButton } from "../../part/copy_button.tsx";
import { Dialog } from "../../part/dialog.tsx";
import { RawValue } from "./change_list.tsx";
import { useDesk } from "./desk.ts";

/** Paste, look, take over. */
export function ImportDialog({ view, onClose }: { view: RuntimeView; onClose: () => void }): JSX.Element {
  const { api } = useConsole();
  const { model: { tray }, dialog } = useDesk();
  const [text, setText] = useState("");
  const [items, setItems] = useState<readonly ImportItem[] | null>(null);
  const [isWhole, setWhole] = useState(false);
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState("");
  const rows = items === null ? [] : importRows(items, view, isWhole);
  const taken = rows.filter(({ key, state }) => state !== "same" && state !== "invalid" && !without.has(key));
  const read = async () => {
    setError("");
    try {
      const body = await api.send<{ items: ImportItem[] }>("POST", "/runtime/import", { text, dry_run: true });
      setItems(body.items);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  const takeOver = () => {
    for (const { key, after, before } of taken) tray.put({ key, value: after, base: before });
    dialog.value = { kind: "review" };
  };
  return (
    <Dialog
      title="Import values"
      isWide
      onClose={onClose}
      onSubmit={items === null ? read : takeOver}
      actions={
        <>
          <button type="button" class="button" onClick={items === null ? onClose : () => setItems(null)}>
            {items === null ? "Cancel" : "Back"}
          </button>
          {items === null
            ? <button type="submit" class="button is-main" disabled={text.trim() === ""}>Read</button>
            : (
              <button type="submit" class="button is-main" disabled={taken.length === 0}>
                Review {taken.length}
              </button>
            )}
        </>
      }
    >
      {error !== "" && <p class="notice is-warn" role="alert">{error}</p>}
      {items === null
        ? (
          <label
            class="field is-long"
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              const file = event.dataTransfer?.files[0];
              if (file === undefined) return;
              event.preventDefault();
              file.text().then(setText, () => setError(`Cannot read ${file.name}`));
            }}
          >
            <span>
              YAML or JSON, nested or flat, a layer, an RTDS resource, or what /runtime printed; or drop a file
            </span>
            <textarea
              class="input raw"
              rows={12}
              spellcheck={false}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
        )
        : (
          <>
            <label class="check">
              <input type="checkbox" checked={isWhole} onChange={(event) => setWhole(event.currentTarget.checked)} />
              {" "}
              Remove the overrides that are not in the text
            </label>
            <div class="scroll">
              <table class="table review-table">
                <thead>
                  <tr>
                    <th scope="col">Key</th>
                    <th scope="col">What</th>
                    <th scope="col">Override</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <ImportLine
                      key={row.key}
                      row={row}
                      isTaken={taken.includes(row)}
                      onTake={(isTaken) => {
                        const next = new Set(without);
                        if (isTaken) next.delete(row.key);
                        else next.add(row.key);
                        setWithout(next);
                      }}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
    </Dialog>
  );
}

function ImportLine({ row, isTaken, onTake }: {
  row: ImportRow;
  isTaken: boolean;
  onTake: (isTaken: boolean) => void;
}): JSX.Element {
  const { key, state, before, after, message } = row;
  return (
    <tr>
      <th scope="row">
        <label class="check">
          <input
            type="checkbox"
            checked={isTaken}
            disabled={state === "same" || state === "invalid"}
            onChange={(event) => onTake(event.currentTarget.checked)}
          />{" "}
          <span class="name">{key}</span>
        </label>
        {message !== undefined && <span class="reason is-refused">{message}</span>}
      </th>
      <td>{state}</td>
      <td>
        <RawValue text={before} /> → {after === null ? <i>removed</i> : <RawValue text={after} />}
      </td>
    </tr>
  );
}

const FORMATS: readonly (readonly [format: string, word: string])[] = [
  ["static_layer", "static_layer, YAML"],
  ["rtds", "RTDS resource, JSON"],
  ["json", "flat JSON"],
  ["curl", "curl commands"],
  ["disk", "script that makes a disk layer"],
];

/** What is set, as text. */
export function ExportDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { api } = useConsole();
  const [format, setFormat] = useState("static_layer");
  const [what, setWhat] = useState("admin");
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    api.text(`/runtime/export?format=${format}&what=${what}`, abort.signal).then(setText, (cause) => {
      if (!abort.signal.aborted) setText(cause instanceof Error ? cause.message : String(cause));
    });
    return () => abort.abort();
  }, [format, what]);
  return (
    <Dialog
      title="Export values"
      isWide
      onClose={onClose}
      actions={<CopyButton text={text ?? ""} label="Copy" />}
    >
      <div class="review-fields">
        <label class="field">
          <span>Values</span>
          <select class="select" value={what} onChange={(event) => setWhat(event.currentTarget.value)}>
            <option value="admin">of the admin layer</option>
            <option value="effective">in force</option>
          </select>
        </label>
        <label class="field">
          <span>As</span>
          <select class="select" value={format} onChange={(event) => setFormat(event.currentTarget.value)}>
            {FORMATS.map(([name, word]) => <option key={name} value={name}>{word}</option>)}
          </select>
        </label>
      </div>
      <pre class="starter" tabIndex={0}>{text ?? "…"}</pre>
    </Dialog>
  );
}
