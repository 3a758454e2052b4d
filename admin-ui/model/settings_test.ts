import { equal } from "node:assert/strict";
import { Settings, type SettingsStore } from "./settings.ts";

function memory(): SettingsStore {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

Deno.test("chooseTheme() keeps the theme for the next page", () => {
  const store = memory();
  new Settings(store).chooseTheme("dark");
  equal(new Settings(store).theme.value, "dark");
});

Deno.test("chooseTheme() does not take a theme there is not", () => {
  const settings = new Settings(memory());
  settings.chooseTheme("beige");
  equal(settings.theme.value, "system");
});

Deno.test("Settings works without a store and with one that refuses", () => {
  new Settings(null).chooseTheme("light");
  const refusing: SettingsStore = {
    getItem: () => {
      throw new DOMException("refused");
    },
    setItem: () => {
      throw new DOMException("full");
    },
  };
  const settings = new Settings(refusing);
  settings.chooseTheme("light");
  equal(settings.theme.value, "light");
});
