/**
 * What the reader chose: theme, density, time zone and whether single keys do something, kept in this browser; and pause,
 * kept nowhere. Storage that is refused (private mode, a full disk) costs the choice and nothing else.
 */

import { type Signal, signal } from "@preact/signals";

/** `system` follows the operating system. */
export type Theme = "system" | "light" | "dark" | "contrast";

/** How much of a table fits on a screen. */
export type Density = "comfortable" | "compact";

/** Whose time the clocks show. */
export type Zone = "local" | "utc";

/** Where choices are kept: `localStorage` or a stand-in. */
export type SettingsStore = Pick<Storage, "getItem" | "setItem">;

/** One choice of several, kept under a name. The first is the one without a choice. */
export class Choice<Value extends string> {
  readonly values: readonly Value[];
  readonly #key: string;
  readonly #store: SettingsStore | null;
  readonly #value: Signal<Value>;

  constructor(store: SettingsStore | null, name: string, values: readonly [Value, ...Value[]]) {
    this.values = values;
    this.#store = store;
    this.#key = `denvoy.${name}`;
    this.#value = signal(this.#load() ?? values[0]);
  }

  /** Reading it subscribes. */
  get value(): Value {
    return this.#value.value;
  }

  /** Takes a value, and keeps it. A name that is not one is not taken. */
  choose(name: string): void {
    const value = this.values.find((known) => known === name);
    if (value === undefined) return;
    this.#value.value = value;
    try {
      this.#store?.setItem(this.#key, value);
    } catch {
      // Storage may be full or forbidden; the choice then lasts as long as the page.
    }
  }

  #load(): Value | undefined {
    try {
      const stored = this.#store?.getItem(this.#key);
      return this.values.find((known) => known === stored);
    } catch {
      return undefined;
    }
  }
}

/** The reader's choices. */
export class Settings {
  readonly theme: Choice<Theme>;
  readonly density: Choice<Density>;
  readonly zone: Choice<Zone>;
  readonly keys: Choice<"on" | "off">;
  /** Stops rendering, not the stream. */
  readonly isPaused: Signal<boolean> = signal(false);

  constructor(store: SettingsStore | null) {
    this.theme = new Choice(store, "theme", ["system", "light", "dark", "contrast"]);
    this.density = new Choice(store, "density", ["comfortable", "compact"]);
    this.zone = new Choice(store, "zone", ["local", "utc"]);
    this.keys = new Choice(store, "keys", ["on", "off"]);
  }
}
