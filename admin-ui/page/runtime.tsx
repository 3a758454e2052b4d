/**
 * Runtime (spec/console.md 5.6, 6): which value is in force, which layer gives it, who set it and why; changed as a set,
 * with a reason, for a time, and taken back.
 */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { PageProps } from "../page_entry.ts";
import { useConsole } from "../part/context.ts";
import { Loading, PanelBoundary } from "../part/empty.tsx";
import { Tabs } from "../part/tabs.tsx";
import { pathOf } from "../router.ts";
import { DeskProvider, openDesk, useCatalog } from "./runtime/desk.ts";
import { RuntimeDialogs } from "./runtime/dialogs.tsx";
import { KeyDrawer } from "./runtime/key_drawer.tsx";
import { ChangeHistory } from "./runtime/change_list.tsx";
import { MatrixPanel } from "./runtime/matrix.tsx";
import { Notices } from "./runtime/notices.tsx";
import { ResultPanel } from "./runtime/result.tsx";
import { Tray } from "./runtime/tray.tsx";
import { Persistence, Tools } from "./runtime/tools.tsx";
import { useUndoKeys } from "./runtime/undo.tsx";

/** The page. */
export function Page({ steps: [section, key] }: PageProps): JSX.Element {
  const console = useConsole();
  const desk = useMemo(() => openDesk(console), [console]);
  useCatalog(desk);
  useUndoKeys(desk);
  const view = desk.model.view.value;
  const isHistory = section === "history";
  return (
    <DeskProvider value={desk}>
      <div class="runtime">
        <header class="page-head">
          <h1 tabIndex={-1}>Runtime</h1>
          <Tabs
            label="Runtime"
            tabs={[{ href: pathOf("runtime"), title: "Values" }, {
              href: pathOf("runtime", "history"),
              title: "History",
            }]}
            current={pathOf("runtime", ...isHistory ? ["history"] : [])}
          />
          <Tools />
        </header>
        {view !== null && <Notices view={view} />}
        {section !== "key" && (
          <PanelBoundary name="what came of the change">
            <ResultPanel />
          </PanelBoundary>
        )}
        {isHistory ? <ChangeHistory /> : view === null ? <Loading rows={8} /> : <MatrixPanel view={view} />}
        {view !== null && <Persistence view={view} />}
        {view !== null && <Tray view={view} />}
        {view !== null && section === "key" && key !== undefined && (
          <PanelBoundary name={key} key={key}>
            <KeyDrawer name={key} view={view} />
          </PanelBoundary>
        )}
        {view !== null && <RuntimeDialogs view={view} />}
      </div>
    </DeskProvider>
  );
}
