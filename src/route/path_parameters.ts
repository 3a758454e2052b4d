/**
 * A path without its parameters (`ignore_path_parameters_in_path_matching`, spec/http.md 2.2): in each segment what stands
 * behind the first semicolon goes, as in Envoy 1.40, so that `/a;v=1/b` is `/a/b`.
 */

const SLASH = 47, SEMICOLON = 59;

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
