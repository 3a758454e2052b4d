/** The list of keys: those of the frame, of the page that is on screen, and of the pages to go to. */

import type { JSX } from "preact";
import { useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";

/** The dialog. */
export function KeyHelp({ onClose }: { onClose: () => void }): JSX.Element {
  const { feed, pages, shortcuts } = useConsole();
  const { keys } = feed.settings;
  const words = new Map(shortcuts.all.value.map((one) => [one.key, one.words]));
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="key-list">
        {[...words].filter(([, text]) => text !== "").map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
        {pages.filter(({ key }) => key !== "").map(({ key, title }) => (
          <div key={`g ${key}`}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{title}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>Move the crosshair of a chart</dd>
        </div>
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={keys.value === "on"}
          onChange={(event) => keys.choose(event.currentTarget.checked ? "on" : "off")}
        />
        Single keys do this
      </label>
    </Dialog>
  );
}
