/**
 * What the reader chose: the theme, kept in this browser, and pause, kept nowhere. Storage that is refused (private
 * mode, a full disk) costs the choice and nothing else.
 */

import { type Signal, signal } from "@preact/signals";

/** `system` follows the operating system. */
export type Theme = "system" | "light" | "dark" | "contrast";

/** All themes, in the order they are offered. */
export const THEMES: readonly Theme[] = ["system", "light", "dark", "contrast"];

/** Where choices are kept: `localStorage` or a stand-in. */
export type SettingsStore = Pick<Storage, "getItem" | "setItem">;

const THEME_KEY = "denvoy.theme";

/** The reader's choices. */
export class Settings {
  readonly theme: Signal<Theme>;
  /** Stops rendering, not the stream. */
  readonly isPaused: Signal<boolean> = signal(false);
  readonly #store: SettingsStore | null;

  constructor(store: SettingsStore | null) {
    this.#store = store;
    this.theme = signal(this.#load());
  }

  /** Takes a theme, and keeps it. A name that is not one is not taken. */
  chooseTheme(name: string): void {
    const theme = THEMES.find((known) => known === name);
    if (theme === undefined) return;
    this.theme.value = theme;
    try {
      this.#store?.setItem(THEME_KEY, theme);
    } catch {
      // Storage may be full or forbidden; the choice then lasts as long as the page.
    }
  }

  #load(): Theme {
    try {
      const stored = this.#store?.getItem(THEME_KEY);
      return THEMES.find((known) => known === stored) ?? "system";
    } catch {
      return "system";
    }
  }
}
