/**
 * The answers of Envoy's admin endpoints: their content types and the shapes of a body (spec/operations.md 4.8). The
 * headers that every answer carries are added in one place, `app.ts`.
 */
import type { Page } from "./contract/page.ts";
import { nextTurn, SLICE_MS } from "../observe/stats/slices.ts";

/** Content type of text. */
export const TEXT = "text/plain; charset=UTF-8";

/** Content type of a `/config_dump` refusal. */
export const PLAIN = "text/plain";

/** Content type of JSON. */
export const JSON_TYPE = "application/json";

/** Bytes of a streamed body that are handed over at a time. */
const CHUNK_CHARS = 64 * 1024;

/** An answer whose body is at hand. */
export function answer(body: string, status = 200, contentType = TEXT): Response {
  return new Response(body, { status, headers: { "content-type": contentType } });
}

/** An answer whose body is made while it is sent, and never holds the event loop longer than a slice. */
export function streamAnswer(pieces: Iterator<string>, contentType = TEXT): Response {
  return new Response(bodyOf(pieces), { headers: { "content-type": contentType } });
}

/** A page of a list as JSON, made while it is sent. */
export function pageAnswer<Item>({ items, ...rest }: Page<Item>): Response {
  return streamAnswer(pageText(items, rest), JSON_TYPE);
}

function* pageText(items: readonly unknown[], rest: object): Generator<string> {
  yield '{"items":[';
  let separator = "";
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ",";
  }
  yield `],${JSON.stringify(rest).slice(1)}`;
}

function bodyOf(pieces: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let sliceStart = performance.now();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      let text = "";
      while (text.length < CHUNK_CHARS) {
        if (performance.now() - sliceStart > SLICE_MS) {
          await nextTurn();
          sliceStart = performance.now();
        }
        const next = pieces.next();
        if (next.done === true) {
          if (text !== "") controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += next.value;
      }
      controller.enqueue(encoder.encode(text));
    },
    cancel() {
      pieces.return?.();
    },
  }, { highWaterMark: 0 });
}
