import { equal } from "node:assert/strict";
import { Settings, type SettingsStore } from "./settings.ts";

function memoryStore(kept: Record<string, string> = {}): SettingsStore {
  return {
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => void (kept[key] = value),
  };
}

Deno.test("Settings keep what was chosen, and do not take what is no choice", () => {
  const store = memoryStore();
  const settings = new Settings(store);
  equal(settings.theme.value, "system");
  equal(settings.keys.value, "on");
  settings.theme.choose("dark");
  settings.theme.choose("plaid");
  settings.zone.choose("utc");
  equal(settings.theme.value, "dark");
  equal(new Settings(store).theme.value, "dark");
  equal(new Settings(store).zone.value, "utc");
  equal(new Settings(memoryStore({ "denvoy.theme": "plaid" })).theme.value, "system");
});

Deno.test("Settings work where storage is refused", () => {
  const refused: SettingsStore = {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("denied");
    },
  };
  const settings = new Settings(refused);
  settings.density.choose("compact");
  equal(settings.density.value, "compact");
});
