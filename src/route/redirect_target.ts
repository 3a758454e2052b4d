/**
 * Where a `location` leads that is followed here: an absolute URL of `http` or `https`, in the parts that a request's head
 * has (spec/http.md 3). It is sent on as it is written; only a fragment, which is the client's business, is cut off.
 */

/** An absolute URL in a request's terms. */
export interface RedirectTarget {
  readonly scheme: "http" | "https";
  /** With its port, if it names one. */
  readonly authority: string;
  /** With its query. */
  readonly path: string;
}

const ABSOLUTE = /^(https?):\/\/((?:\[[\dA-Fa-f:.]+\]|[A-Za-z\d.\-_]+)(?::\d{1,5})?)(?=[/?#]|$)([^#]*)/i;

/** The target, or null: there is none to follow. */
export function redirectTarget(location: string): RedirectTarget | null {
  const match = ABSOLUTE.exec(location);
  if (match === null) return null;
  const [, scheme = "", authority = "", path = ""] = match;
  return { scheme: scheme.toLowerCase() === "https" ? "https" : "http", authority, path: path === "" ? "/" : path };
}
