/** How the console looks to this reader: theme, density, clock, keys. Kept in this browser. */

import type { JSX } from "preact";
import type { Choice } from "../model/settings.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";

/** The menu in the top bar. */
export function DisplayMenu({ onHelp }: { onHelp: () => void }): JSX.Element {
  const { theme, density, zone } = useConsole().feed.settings;
  return (
    <Menu class="icon-button" label="Display" hint="Theme, density, clock" isStaying button={<Icon name="theme" />}>
      <Choices
        title="Theme"
        choice={theme}
        words={{ system: "As the system", light: "Light", dark: "Dark", contrast: "High contrast" }}
      />
      <Choices title="Density" choice={density} words={{ comfortable: "Comfortable", compact: "Compact" }} />
      <Choices title="Clock" choice={zone} words={{ local: "Local time", utc: "UTC" }} />
      <button type="button" class="menu-item" onClick={onHelp}>
        Keys <kbd>?</kbd>
      </button>
    </Menu>
  );
}

function Choices<Value extends string>({ title, choice, words }: {
  title: string;
  choice: Choice<Value>;
  words: Readonly<Record<Value, string>>;
}): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{title}</legend>
      {choice.values.map((value) => (
        <label class="menu-item" key={value}>
          <input
            type="radio"
            name={`display-${title}`}
            checked={choice.value === value}
            onChange={() => choice.choose(value)}
          />
          {words[value]}
        </label>
      ))}
    </fieldset>
  );
}
