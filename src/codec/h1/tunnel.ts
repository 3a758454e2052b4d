/**
 * Where HTTP/1 ends and a tunnel begins (RFC 9110 sections 7.8 and 9.3.6, spec/http.md 7). A request asks for one with
 * `upgrade` and `connection: upgrade`, or with CONNECT; the response opens it with 101 and the same two fields, or with
 * any 2xx to a CONNECT. From then on both directions are raw bytes until somebody closes.
 *
 * What follows the head of such a request is no HTTP, whatever its fields say of a body and whether the wish is granted
 * or not: bytes behind a refused one must never pass for another request.
 *
 * Differs from Envoy: a CONNECT is a CONNECT, whatever upgrade it names beside; only 101 opens an upgrade, where Envoy
 * takes the fields for it and so forwards a 426 that names them without an end. A connection on which 101 came unasked is
 * not used again.
 */
import { latin1Bytes, rangeEqualsIgnoreCase } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { hasToken } from "./framing.ts";

const UPGRADE = latin1Bytes("upgrade");
const H2C = latin1Bytes("h2c");

/**
 * Whether a request asks for a tunnel. HTTP/2 in cleartext is not offered by anyone here, so it is not asked for; nor is
 * what `ignores` says, which leaves the list.
 */
export function asksForTunnel(head: RequestHead, ignores: ((type: string) => boolean) | null): boolean {
  const { methodId, headers } = head;
  if (methodId === Method.connect) return true;
  if (!headers.has(HeaderId.upgrade) || !namesUpgrade(headers) || isH2c(headers)) return false;
  return ignores === null || isStillAsked(head, ignores);
}

/** Whether a response opens the tunnel that its request asked for. */
export function opensTunnel(requestMethodId: number, isUpgrade: boolean, { status, headers }: ResponseHead): boolean {
  if (!isUpgrade) return false;
  if (requestMethodId === Method.connect) return status >= 200 && status < 300;
  return status === 101 && namesUpgrade(headers);
}

/** Whether there is an `upgrade` field and `connection` says so. */
function namesUpgrade(headers: HeaderList): boolean {
  return headers.has(HeaderId.upgrade) && hasToken(headers, HeaderId.connection, UPGRADE);
}

/** Takes what is ignored out of the list of upgrades. Returns whether anything is left. */
function isStillAsked(head: RequestHead, ignores: (type: string) => boolean): boolean {
  const types = head.upgradeType.split(",").map((type) => type.trim());
  const left = types.filter((type) => !ignores(type));
  if (left.length < types.length) head.headers.set(HeaderId.upgrade, left.join(","));
  return left.length > 0;
}

function isH2c(headers: HeaderList): boolean {
  const entry = headers.find(HeaderId.upgrade);
  return headers.findNext(entry) < 0 &&
    rangeEqualsIgnoreCase(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry), H2C);
}
