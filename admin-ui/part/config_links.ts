/** Links of the Config page. Each has a query of its own, so that a version or a line of one resource is not asked of another. */

import { pathOf, type Router } from "../router.ts";

/** Where a resource is shown. */
export function resourceLink(type: string, name: string): string {
  return `${pathOf("config", type, name)}?as=yaml`;
}

/** The same with the reader's filters and way of writing; reading them subscribes. */
export function treeLink(router: Router, type: string, name: string): string {
  const query = new URLSearchParams({ as: router.query("as") || "yaml" });
  for (const filter of ["q", "problems"]) if (router.query(filter) !== "") query.set(filter, router.query(filter));
  return `${pathOf("config", type, name)}?${query}`;
}

/** Where two versions of a resource are compared; without versions the newest with the one before it. */
export function diffLink(type: string, name: string, a = "", b = ""): string {
  const query = new URLSearchParams({ type, name });
  if (a !== "") query.set("a", a);
  if (b !== "") query.set("b", b);
  return `${pathOf("config", "diff")}?${query}`;
}
