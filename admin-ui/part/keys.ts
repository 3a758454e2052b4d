/** The keyboard: single keys that do what the buttons do. None fires while something is typed (spec/console.md 9.4). */

import { useEffect } from "preact/hooks";
import type { Feed } from "../model/feed.ts";
import type { PageEntry } from "../page_entry.ts";
import { pathOf, type Router } from "../router.ts";

/** How long after `g` the second key is waited for. */
const CHORD_MS = 1000;

/** Listens for the keys while the part that calls it is on screen. */
export function useKeys({ feed, router, pages, openHelp }: {
  feed: Feed;
  router: Router;
  pages: readonly PageEntry[];
  openHelp: () => void;
}): void {
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isChord = event.timeStamp < chordUntil;
      chordUntil = 0;
      if (isChord) {
        const page = pages.find(({ key }) => key === event.key);
        if (page !== undefined) router.go(pathOf(...page.step === "" ? [] : [page.step]));
        return;
      }
      switch (event.key) {
        case "g":
          chordUntil = event.timeStamp + CHORD_MS;
          return;
        case "p":
          return feed.setPaused(!feed.settings.isPaused.value);
        case "f":
          return router.setQuery("problems", router.query("problems") === "1" ? "" : "1");
        case "?":
          return openHelp();
        case "/":
          event.preventDefault();
          return document.getElementById("cluster-filter")?.focus();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement || (target instanceof Element && target.closest("dialog[open]") !== null);
}
