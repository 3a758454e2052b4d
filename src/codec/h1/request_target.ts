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
import { CODEC_ERROR, HTTPS_ON_PLAINTEXT, INVALID_AUTHORITY, INVALID_SCHEME, INVALID_URL } from "./faults.ts";

const ZERO = 48, NINE = 57, ASTERISK = 42, SLASH = 47, COLON = 58, QUESTION = 63, AT = 64;
const OPEN_BRACKET = 91, CLOSE_BRACKET = 93;

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** What may stand in a `host` field; brackets and port are not looked at further there. */
const IS_AUTHORITY = byteClass(`-._~%!$&'()*+,;=:[]${ALPHANUMERIC}`);
/** What may stand in the host of a target. */
const IS_HOST = byteClass(`-.${ALPHANUMERIC}`);
const IS_SCHEME = byteClass(`+-.${ALPHANUMERIC}`);

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
  const headers = head.headers;
  const host = headers.find(HeaderId.host);
  if (host >= 0 && headers.findNext(host) >= 0) return INVALID_AUTHORITY;
  if (head.methodId === Method.connect) return resolveConnect(head);
  const first = head.pathBytes[head.pathStart]!;
  if (first !== SLASH && !(first === ASTERISK && head.methodId === Method.options) && options.allowAbsoluteUrl) {
    return first === ASTERISK ? INVALID_URL : resolveAbsolute(head, options.refuseHttpsTarget);
  }
  return host < 0 ? null : checkHost(headers.bytes, headers.valueStart(host), headers.valueEnd(host));
}

/** Authority-form: the host and port to connect to; the port must be there. */
function resolveConnect(head: RequestHead): Fault | null {
  const bytes = head.pathBytes, start = head.pathStart, end = head.pathEnd;
  head.pathEnd = start;
  const failure = checkTargetAuthority(bytes, start, end, true);
  if (failure === null) setHost(head, bytes, start, end);
  return failure;
}

/** `scheme://[userinfo@]host[:port][/path][?query]`; userinfo is dropped. */
function resolveAbsolute(head: RequestHead, refusesHttps: boolean): Fault | null {
  const bytes = head.pathBytes, start = head.pathStart, end = head.pathEnd;
  let colon = start;
  while (colon < end && IS_SCHEME[bytes[colon]!] === 1) colon++;
  const isUrl = bytes[start]! > NINE && end - colon >= 3 && bytes[colon] === COLON && bytes[colon + 1] === SLASH &&
    bytes[colon + 2] === SLASH;
  if (!isUrl) return CODEC_ERROR;

  let hostStart = colon + 3;
  let hostEnd = hostStart;
  while (hostEnd < end && bytes[hostEnd] !== SLASH && bytes[hostEnd] !== QUESTION) {
    if (bytes[hostEnd++] === AT && hostStart === colon + 3) hostStart = hostEnd;
  }
  const failure = checkTargetAuthority(bytes, hostStart, hostEnd, false);
  if (failure !== null) return failure;
  const isHttps = rangeEqualsIgnoreCase(bytes, start, colon, HTTPS);
  if (!isHttps && !rangeEqualsIgnoreCase(bytes, start, colon, HTTP)) return INVALID_SCHEME;
  if (isHttps && refusesHttps) return HTTPS_ON_PLAINTEXT;

  setHost(head, bytes, hostStart, hostEnd);
  head.scheme = isHttps ? "https" : "http";
  head.pathStart = hostEnd;
  if (hostEnd === end) {
    head.pathBytes = ROOT;
    head.pathStart = 0;
    head.pathEnd = ROOT.length;
  }
  return null;
}

/** Host with an optional port of a target: stricter than the field, as in Envoy. */
function checkTargetAuthority(bytes: Uint8Array, start: number, end: number, needsPort: boolean): Fault | null {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === AT || byte === SLASH || byte === QUESTION) return INVALID_URL;
    if (IS_AUTHORITY[bytes[at]!] === 0) return CODEC_ERROR;
  }
  let hostEnd = start;
  if (bytes[start] === OPEN_BRACKET) {
    while (hostEnd < end && bytes[hostEnd] !== CLOSE_BRACKET) hostEnd++;
    if (hostEnd++ === end) return INVALID_URL;
  } else {
    while (hostEnd < end && IS_HOST[bytes[hostEnd]!] === 1) hostEnd++;
  }
  if (hostEnd === start) return INVALID_URL;
  if (hostEnd === end) return needsPort ? INVALID_URL : null;
  return bytes[hostEnd] === COLON && isPort(bytes, hostEnd + 1, end) ? null : INVALID_URL;
}

function isPort(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end || end - start > 5) return false;
  let port = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) return false;
    port = port * 10 + byte - ZERO;
  }
  return port <= 65535;
}

function setHost(head: RequestHead, bytes: Uint8Array, start: number, end: number): void {
  head.headers.set(HeaderId.host, latin1Text(bytes, start, end));
}

function checkHost(bytes: Uint8Array, start: number, end: number): Fault | null {
  for (let at = start; at < end; at++) if (IS_AUTHORITY[bytes[at]!] === 0) return INVALID_AUTHORITY;
  return null;
}
