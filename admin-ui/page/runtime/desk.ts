/** What all parts of the Runtime page share: the state, the catalogue, the tray and the desk of this tab. */

import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { RuntimeCatalogItem, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { ChangeDesk } from "../../model/runtime/change_desk.ts";
import { itemsByKey } from "../../model/runtime/rows.ts";
import { RuntimeModel } from "../../model/runtime/runtime_model.ts";
import { type ConsoleContext, useConsole } from "../../part/context.ts";

/** A dialog of the page; null = none. */
export type RuntimeDialog =
  | { readonly kind: "review" | "import" | "export" | "add" | "disable" | "enable" | "discard" }
  | { readonly kind: "undo"; readonly id: string };

/** Objects that live as long as the tab. */
export interface RuntimeDesk {
  readonly model: RuntimeModel;
  readonly changes: ChangeDesk;
  /** By key; null until it came, empty where it does not. */
  readonly catalog: Signal<ReadonlyMap<string, RuntimeCatalogItem> | null>;
  readonly dialog: Signal<RuntimeDialog | null>;
}

const Context = createContext<RuntimeDesk | null>(null);

/** Hands the desk to everything inside. */
export const DeskProvider = Context.Provider;

/** The desk. */
export function useDesk(): RuntimeDesk {
  const desk = useContext(Context);
  if (desk === null) throw new Error("Cannot render: no DeskProvider around this part");
  return desk;
}

let tabDesk: RuntimeDesk | null = null;

/** The desk of this tab, made when the page is first gone to. */
export function openDesk({ feed, api }: ConsoleContext): RuntimeDesk {
  tabDesk ??= {
    model: feed.model("runtime", () => new RuntimeModel()),
    changes: new ChangeDesk(api, () => Date.now() + feed.connection.clockOffsetMs.peek()),
    catalog: signal(null),
    dialog: signal(null),
  };
  return tabDesk;
}

/** Asks for the catalogue, and again when other configuration has come into force. */
export function useCatalog({ catalog }: RuntimeDesk): void {
  const { api, feed } = useConsole();
  const generation = feed.overview.latest.value?.generation;
  useEffect(() => {
    const abort = new AbortController();
    api.get<{ items: RuntimeCatalogItem[] }>("/runtime/catalog", abort.signal).then(
      ({ items }) => catalog.value = itemsByKey(items),
      // The page does without: types and meanings come with the entries too.
      () => catalog.value ??= new Map(),
    );
    return () => abort.abort();
  }, [generation]);
}

/** Why nothing can be changed, in words; null = it can. */
export function useReadOnlyReason(view: ReadonlySignal<RuntimeView | null>): string | null {
  return useRefusal() ?? view.value?.not_editable_reason ?? null;
}

/** Why this reader can do nothing at all, whatever the layers allow; null = he can. */
export function useRefusal(): string | null {
  const { feed, session } = useConsole();
  const { connection } = feed;
  const tick = connection.lastTickMs.value;
  if (tick !== null && connection.nowMs.value - tick > STALE_WRITE_MS) return "the figures are old: no connection";
  const refusal = session.refusal("operator");
  if (refusal !== null) return refusal;
  return feed.overview.latest.value?.server.read_only_reason ?? null;
}

/** On older figures than this nothing is changed (spec/console.md 9.1). */
const STALE_WRITE_MS = 10_000;
