/**
 * A request becomes what the upstream is to see: its host, then its path, as the route rewrites them, with what they were
 * before in headers beside (spec/http.md 2.6 to 2.8, steps 5 to 7). The data path and the route checker both come here.
 */
import { bytesHoldControls, holdsControls } from "../base/ascii.ts";
import { portColonOf } from "../http/authority.ts";
import { HeaderId } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ViewedStream } from "../observe/stream_view.ts";
import type { ForwardAction } from "./forward_action.ts";

/** Applies the rewrites of `action`, but for a host that is only known once an upstream host is picked. */
export function rewriteRequest(
  action: ForwardAction,
  head: RequestHead,
  stream: ViewedStream,
  addsEnvoyHeaders: boolean,
): void {
  const host = action.hostRewrite?.rewritten(head, stream) ?? null;
  if (host !== null) {
    replaceHost(head, host, action.appendXForwardedHost, addsEnvoyHeaders);
    if (holdsControls(host)) head.headers.unsendable = ":authority";
  }
  const path = action.pathRewrite?.rewritten(head, stream) ?? null;
  if (path === null) return;
  if (addsEnvoyHeaders) head.headers.set(HeaderId.xEnvoyOriginalPath, head.path);
  head.setPath(path);
  // Of several the first that Envoy would come upon is told.
  if (bytesHoldControls(path) && head.headers.unsendable !== ":authority") head.headers.unsendable = ":path";
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
