/** Focus that comes back: what opens over the page takes the focus, and gives it back when it goes (spec/console.md 9.3). */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Gives the focus back to who had it before the part came, unless the reader has put it elsewhere meanwhile. An element
 * that was drawn anew since is found by its id.
 */
export function useReturnFocus(inside: RefObject<HTMLElement | null>): void {
  const before = useRef(document.activeElement);
  useEffect(() => {
    const part = inside.current;
    return () => {
      const now = document.activeElement;
      if (now !== null && now !== document.body && part?.contains(now) !== true) return;
      const old = before.current;
      const target = old === null || old.isConnected ? old : document.getElementById(old.id);
      // After the part is gone: what has the focus when it is removed loses it.
      queueMicrotask(() => target instanceof HTMLElement && target.focus({ preventScroll: true }));
    };
  }, []);
}
