/**
 * What every part of the page may read: the store, the address bar, the server, the pages, banners, notes, keys, and the
 * crosshair that all charts share. Handed down by app.tsx.
 */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Signal } from "@preact/signals";
import type { Api } from "../api.ts";
import type { Banners } from "../model/banners.ts";
import type { Feed } from "../model/feed.ts";
import type { Session } from "../model/session.ts";
import type { Shortcuts } from "../model/shortcuts.ts";
import type { Toasts } from "../model/toasts.ts";
import type { PageEntry } from "../page_entry.ts";
import type { Router } from "../router.ts";

/** The console's live objects. */
export interface ConsoleContext {
  readonly feed: Feed;
  readonly router: Router;
  readonly api: Api;
  readonly session: Session;
  readonly pages: readonly PageEntry[];
  readonly banners: Banners;
  readonly toasts: Toasts;
  readonly shortcuts: Shortcuts;
  /** The step under the crosshair of the charts, null for none. */
  readonly cursor: Signal<number | null>;
}

const Context = createContext<ConsoleContext | null>(null);

/** Hands the live objects to everything inside. */
export const ConsoleProvider = Context.Provider;

/** The live objects. */
export function useConsole(): ConsoleContext {
  const context = useContext(Context);
  if (context === null) throw new Error("Cannot render: no ConsoleProvider around this part");
  return context;
}
