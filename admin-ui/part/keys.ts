/**
 * The keyboard: single keys that do what the buttons do. None fires while something is typed, and the reader can turn
 * them off (spec/console.md 9.4); Ctrl-K is no single key and stays.
 */

import { useEffect, useRef } from "preact/hooks";
import type { Shortcut } from "../model/shortcuts.ts";
import { type ConsoleContext, useConsole } from "./context.ts";
import { pathOf } from "../router.ts";

/** How long after `g` the second key is waited for. */
const CHORD_MS = 1000;

/** Adds keys while the part that calls it is on screen. Their number and order must not change. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const console = useConsole();
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(
    () =>
      console.shortcuts.add(...shortcuts.map(({ key, words }, at) => ({
        key,
        words,
        run: () => latest.current[at]?.run(),
      }))),
    [],
  );
}

/** Listens for the keys while the part that calls it is on screen. */
export function useKeys(console: ConsoleContext): void {
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
        if (console.shortcuts.press("/")) event.preventDefault();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (console.feed.settings.keys.value === "off") return;
      const isChord = event.timeStamp < chordUntil;
      chordUntil = 0;
      if (isChord) {
        const page = console.pages.find(({ key }) => key === event.key);
        if (page !== undefined) console.router.go(pathOf(...page.step === "" ? [] : [page.step]));
        return;
      }
      if (event.key === "g") chordUntil = event.timeStamp + CHORD_MS;
      // `/` would be typed into the field it opens.
      else if (console.shortcuts.press(event.key)) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type) ||
    target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement ||
    (target instanceof Element && target.closest("dialog[open]") !== null);
}
