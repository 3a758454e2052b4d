/**
 * Long answers of the console's API: made while they are sent, compressed where that pays, and not sent at all to who has
 * them already (spec/console.md 7.1).
 */
import { JSON_TYPE, streamAnswer } from "./answer.ts";

/** Shorter bodies go as they are. */
const MIN_GZIP_CHARS = 1024;

/** What the asker has, and takes. */
interface Asked {
  readonly headers: Headers;
}

/** An answer with an entity tag; `pieces` are made only if they are wanted. */
export function apiStream(
  { headers }: Asked,
  tag: string,
  pieces: () => Iterator<string>,
  contentType: string = JSON_TYPE,
): Response {
  const etag = `W/"${tag}"`;
  const own = { etag, "cache-control": "no-cache", vary: "accept-encoding", "content-type": contentType };
  const known = headers.get("if-none-match")?.split(",").map((text) => text.trim());
  if (known?.includes(etag) || known?.includes("*")) return new Response(null, { status: 304, headers: own });
  const { start, isAll, rest } = withStart(pieces());
  if (isAll || !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:[\s,]|$))/.test(headers.get("accept-encoding") ?? "")) {
    return new Response(streamAnswer(joined(start, rest)).body, { headers: own });
  }
  const body = streamAnswer(joined(start, rest)).body!.pipeThrough(new CompressionStream("gzip"));
  return new Response(body, { headers: { ...own, "content-encoding": "gzip" } });
}

/** Takes enough pieces to see whether there is much. */
function withStart(rest: Iterator<string>): { start: string; isAll: boolean; rest: Iterator<string> } {
  let start = "";
  while (start.length < MIN_GZIP_CHARS) {
    const next = rest.next();
    if (next.done === true) return { start, isAll: true, rest };
    start += next.value;
  }
  return { start, isAll: false, rest };
}

function* joined(start: string, rest: Iterator<string>): Generator<string> {
  yield start;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

/** A long text as pieces. */
export function* textPieces(text: string, chars = 64 * 1024): Generator<string> {
  for (let at = 0; at < text.length; at += chars) yield text.slice(at, at + chars);
}

/** `{…head, field: [items]}`, each item made when its turn comes. */
export function* listPieces(head: object, field: string, items: Iterable<unknown>): Generator<string> {
  const fields = JSON.stringify(head).slice(0, -1);
  let before = `${fields}${fields === "{" ? "" : ","}${JSON.stringify(field)}:[`;
  for (const item of items) {
    yield before + JSON.stringify(item);
    before = ",";
  }
  yield before === "," ? "]}" : `${before}]}`;
}
