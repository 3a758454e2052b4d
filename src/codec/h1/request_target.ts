/**
 * What a request is for: its target (RFC 9112 section 3.2) and its host. An absolute target gives scheme, host and path,
 * and its host replaces the `host` field, as a proxy must have it (section 3.2.2). Only origin-form leaves the head as
 * it is. That a path begins with `/` and that a host is there at all is the connection manager's to check.
 *
 * Differs from Envoy: two `host` lines and userinfo in a host are refused (spec/http.md 1.7).
 */
import { byteClass, latin1Bytes, latin1Text, rangeEqualsIgnoreCase } from "../../base/ascii.ts";
import type { Fault } from "../../base/fault.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { HTTPS_ON_PLAINTEXT, INVALID_AUTHORITY, INVALID_SCHEME, INVALID_URL } from "./faults.ts";

const HASH = 35, ASTERISK = 42, SLASH = 47, COLON = 58, QUESTION = 63, AT = 64;

/** What may stand in a host with its port; brackets and port are not looked at further. */
const IS_AUTHORITY = byteClass(
  "-._~%!$&'()*+,;=:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
);

const HTTP = latin1Bytes("http");
const HTTPS = latin1Bytes("https");
const ROOT = latin1Bytes("/");

/** What bears on targets among a codec's options. */
export interface TargetOptions {
  readonly allowAbsoluteUrl: boolean;
  /** Refuse `https://` targets: this connection is plaintext and nobody in front of it is trusted. */
  readonly refuseHttpsTarget: boolean;
}

/** Sets host, scheme and path from the target and checks the host. Returns why the request is refused, or null. */
export function resolveTarget(head: RequestHead, options: TargetOptions): Fault | null {
  const bytes = head.pathBytes, start = head.pathStart;
  const first = bytes[start]!;
  if (head.methodId === Method.connect) {
    const failure = resolveConnect(head);
    if (failure !== null) return failure;
  } else if (first !== SLASH && !(first === ASTERISK && head.methodId === Method.options)) {
    const failure = options.allowAbsoluteUrl ? resolveAbsolute(head, options.refuseHttpsTarget) : null;
    if (failure !== null) return failure;
  }
  return checkHost(head);
}

/** Authority-form: the host and port to connect to. */
function resolveConnect(head: RequestHead): Fault | null {
  const bytes = head.pathBytes, start = head.pathStart, end = head.pathEnd;
  head.pathEnd = start;
  return setHost(head, bytes, start, end);
}

function resolveAbsolute(head: RequestHead, refusesHttps: boolean): Fault | null {
  const bytes = head.pathBytes, start = head.pathStart, end = head.pathEnd;
  let colon = start;
  while (colon < end && bytes[colon] !== COLON) colon++;
  if (end - colon < 4 || bytes[colon + 1] !== SLASH || bytes[colon + 2] !== SLASH) return INVALID_URL;
  const isHttps = rangeEqualsIgnoreCase(bytes, start, colon, HTTPS);
  if (!isHttps && !rangeEqualsIgnoreCase(bytes, start, colon, HTTP)) return INVALID_SCHEME;

  let hostStart = colon + 3;
  let hostEnd = hostStart;
  while (hostEnd < end && !isAuthorityEnd(bytes[hostEnd]!)) {
    if (bytes[hostEnd++] === AT) hostStart = hostEnd;
  }
  const failure = setHost(head, bytes, hostStart, hostEnd);
  if (failure !== null) return failure;
  if (isHttps && refusesHttps) return HTTPS_ON_PLAINTEXT;
  head.scheme = isHttps ? "https" : "http";
  head.pathStart = hostEnd;
  if (hostEnd === end) {
    head.pathBytes = ROOT;
    head.pathStart = 0;
    head.pathEnd = 1;
  }
  return null;
}

function isAuthorityEnd(byte: number): boolean {
  return byte === SLASH || byte === QUESTION || byte === HASH;
}

function setHost(head: RequestHead, bytes: Uint8Array, start: number, end: number): Fault | null {
  if (start === end) return INVALID_URL;
  head.headers.set(HeaderId.host, latin1Text(bytes, start, end));
  return null;
}

function checkHost(head: RequestHead): Fault | null {
  const headers = head.headers;
  const host = headers.find(HeaderId.host);
  if (host < 0) return null;
  if (headers.findNext(host) >= 0) return INVALID_AUTHORITY;
  const bytes = headers.bytesOf(host);
  for (let at = headers.valueStart(host), end = headers.valueEnd(host); at < end; at++) {
    if (IS_AUTHORITY[bytes[at]!] === 0) return INVALID_AUTHORITY;
  }
  return null;
}
