/** The page's buttons, and at its foot what becomes of edits when the process ends. */

import type { JSX } from "preact";
import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { CopyCurl } from "../../part/copy_curl.tsx";
import { Icon } from "../../part/icon.tsx";
import { Menu } from "../../part/menu.tsx";
import { type RuntimeDialog, useDesk, useReadOnlyReason } from "./desk.ts";

/** Set a key, import, export, the kill switch. */
export function Tools(): JSX.Element {
  const { model, dialog } = useDesk();
  const readOnly = useReadOnlyReason(model.view);
  const open = (kind: Exclude<RuntimeDialog["kind"], "undo">) => () => dialog.value = { kind };
  const isDisabled = readOnly !== null;
  const hint = readOnly ?? undefined;
  const hasOverrides = model.view.value?.entries.some(({ admin }) => admin !== undefined) === true;
  return (
    <div class="page-tools">
      <button type="button" class="button is-main" disabled={isDisabled} title={hint} onClick={open("add")}>
        <Icon name="plus" /> Set a key
      </button>
      <Menu class="button" button="More">
        <button type="button" class="button" disabled={isDisabled} title={hint} onClick={open("import")}>
          Import…
        </button>
        <button type="button" class="button" onClick={open("export")}>Export…</button>
        <button
          type="button"
          class="button is-danger"
          disabled={isDisabled || !hasOverrides}
          title={hint ?? (hasOverrides ? undefined : "There are no overrides")}
          onClick={open("disable")}
        >
          Disable all overrides…
        </button>
      </Menu>
      <CopyCurl paths={["/runtime", "POST /runtime_modify?key=value"]} />
    </div>
  );
}

/** Whether edits outlive the process. */
export function Persistence({ view: { persisted_in: path, revision } }: { view: RuntimeView }): JSX.Element {
  return (
    <footer class="page-foot">
      {path === null
        ? "Edits made here end with the process, as Envoy's do. With --runtime-admin-persist FILE they outlive it."
        : (
          <>
            Edits are kept in <code>{path}</code>
          </>
        )} · revision {revision}
    </footer>
  );
}
