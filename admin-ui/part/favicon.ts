/** The tab's icon by health level, as data URLs: the same shapes as in the page, in colours for any tab strip. */

import type { Level } from "../../src/admin/contract/problem.ts";

const SHAPES: Readonly<Record<Level, string>> = {
  ok:
    '<circle cx="8" cy="8" r="7" fill="#0b62b8"/><path d="M4.8 8.3l2.3 2.3 4.2-4.8" stroke="#fff" stroke-width="1.8" fill="none"/>',
  info: '<circle cx="8" cy="8" r="6" fill="none" stroke="#7b8796" stroke-width="2.4"/>',
  warn: '<path d="M8 1l7.4 13.6H.6z" fill="#d97706"/><path d="M8 6v4.2M8 11.6v1" stroke="#fff" stroke-width="1.8"/>',
  bad:
    '<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="#d32f2f"/><path d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4" stroke="#fff" stroke-width="1.8"/>',
};

/** An SVG of the level's shape. */
export function faviconUrl(level: Level): string {
  return "data:image/svg+xml," +
    encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${SHAPES[level]}</svg>`);
}
