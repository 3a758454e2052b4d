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

/** Scheme; user, who is not sent on; host; port; path with query. A fragment may only follow those. */
const ABSOLUTE =
  /^(https?):\/\/(?:[\w\-.!~*'()%;:&=+$,]*@)?(\[[\dA-Fa-f:.]+\]|[A-Za-z\d.\-]+)(?::(\d+))?(?:([/?][\x21\x22\x24-\x7e]*)(?:#[\x21-\x7e]*)?)?$/i;
const MAX_PORT = 65535;

/** The target, or null: there is none to follow. */
export function redirectTarget(location: string): RedirectTarget | null {
  const match = ABSOLUTE.exec(location);
  if (match === null) return null;
  const [, scheme = "", host = "", port, path = "/"] = match;
  if (port !== undefined && Number(port) > MAX_PORT) return null;
  return {
    scheme: scheme.toLowerCase() === "https" ? "https" : "http",
    authority: port === undefined ? host : `${host}:${port}`,
    path,
  };
}
