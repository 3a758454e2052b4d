/**
 * What routes look at of a path: not its query, and where the configuration says so (`ignore_path_parameters_in_path_matching`,
 * spec/http.md 2.2) not its parameters. As in Envoy 1.40 those go from every segment, so that `/a;v=1/b` is `/a/b`, and
 * templates see them all the same.
 */
import type { RequestHead } from "../http/request_head.ts";

const HASH = 35, SLASH = 47, SEMICOLON = 59, QUESTION_MARK = 63;

/** Where the part of a head's path ends that routes look at. */
export function routedPathEnd({ pathBytes, pathStart, pathEnd }: RequestHead): number {
  let at = pathStart;
  while (at < pathEnd && pathBytes[at] !== QUESTION_MARK && pathBytes[at] !== HASH) at++;
  return at;
}

/** `bytes[start, end)`, a path without its query, without its parameters; null = it has none. */
export function withoutParameters(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
  let at = start;
  while (at < end && bytes[at] !== SEMICOLON) at++;
  if (at === end) return null;
  const kept = new Uint8Array(end - start);
  let length = 0, isParameter = false;
  for (at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === SLASH) isParameter = false;
    else if (byte === SEMICOLON) isParameter = true;
    if (!isParameter) kept[length++] = byte;
  }
  return kept.subarray(0, length);
}
