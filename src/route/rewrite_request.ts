/**
 * A request becomes what the upstream is to see: its host, then its path, as the route rewrites them, with what they were
 * before in headers beside (spec/http.md 2.6 to 2.8, steps 5 to 7). The data path and the route checker both come here.
 */
import { portColonOf } from "../http/authority.ts";
import { HeaderId } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ForwardAction } from "./forward_action.ts";

/** Applies the rewrites of `action`, but for a host that is only known once an upstream host is picked. */
export function rewriteRequest(action: ForwardAction, head: RequestHead, addsEnvoyHeaders: boolean): void {
  for (const rewrite of action.hostRewrites) {
    const host = rewrite.rewritten(head);
    if (host !== null) replaceHost(head, host, action.appendXForwardedHost, addsEnvoyHeaders);
  }
  if (action.pathRewrite === null) return;
  const path = action.pathRewrite.rewritten(head);
  if (path === null) return;
  if (addsEnvoyHeaders) head.headers.set(HeaderId.xEnvoyOriginalPath, head.path);
  head.setPath(path);
}

/** Puts back the port that was taken off the host of a CONNECT (step 5), unless somebody has given it one since. */
export function restorePort({ headers, connectPort }: RequestHead): void {
  const entry = headers.find(HeaderId.host);
  if (portColonOf(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry)) >= 0) return;
  headers.set(HeaderId.host, `${headers.valueText(entry)}:${connectPort}`);
}

/** Gives the request another host. */
export function replaceHost(head: RequestHead, host: string, appends: boolean, addsEnvoyHeaders: boolean): void {
  const { headers } = head, old = head.authority ?? "";
  if (appends && old !== "") {
    const list = headers.get(HeaderId.xForwardedHost) ?? "";
    if (list === "") headers.set(HeaderId.xForwardedHost, old);
    // As in Envoy the last entry is compared as it stands, blanks and all.
    else if (list.slice(list.lastIndexOf(",") + 1) !== old) headers.set(HeaderId.xForwardedHost, `${list},${old}`);
  }
  if (addsEnvoyHeaders) headers.set(HeaderId.xEnvoyOriginalHost, old);
  headers.set(HeaderId.host, host);
}
