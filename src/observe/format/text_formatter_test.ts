import assert from "node:assert/strict";
import { formatted } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { formatContext, streamView } from "../../../test/support/stream_views.ts";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { parseFormat } from "../../config/format/parse_format.ts";
import { TextFormatter } from "./text_formatter.ts";

const VIEW = streamView({ request: requestHead("GET", "/", { "x-a": "a", "x-empty": "" }) });

Deno.test("TextFormatter writes literals as they are, in UTF-8", () => {
  assert.equal(formatted("", VIEW), "");
  assert.equal(formatted('100%% "\\\u00e9\n', VIEW), '100% "\\\u00c3\u00a9\n');
});

Deno.test("TextFormatter writes a dash for what has no value, and nothing for what is empty", () => {
  assert.equal(formatted("%REQ(x-a)%|%REQ(x-empty)%|%REQ(x-none)%|%RESPONSE_CODE%", VIEW), "a||-|0");
});

Deno.test("TextFormatter leaves out what has no value where that is wanted", () => {
  assert.equal(formatted("%REQ(x-a)%|%REQ(x-empty)%|%REQ(x-none)%|-", VIEW, { omitEmptyValues: true }), "a|||-");
});

Deno.test("TextFormatter escapes values from outside, and nothing else, where they go into a line", () => {
  const view = streamView({ request: requestHead("GET", "/", { "x-a": 'q"\\\r\n\x7f\xe9' }) });
  const format = '"%REQ(x-a)%" \\ %HOSTNAME%\n';
  const context = formatContext({ hostname: 'h"' });
  assert.equal(
    formatted(format, view, { context, escapesValues: true }),
    '"q\\x22\\x5C\\x0D\\x0A\\x7F\xe9" \\ h"\n',
  );
  assert.equal(formatted(format, view, { context }), '"q"\\\r\n\x7f\xe9" \\ h"\n');
});

Deno.test("TextFormatter writes behind what is there, again and again", () => {
  const formatter = new TextFormatter(
    parseFormat("[%REQ(x-a)%%REQ(x-none)%]"),
    { omitEmptyValues: false, escapesValues: true },
    formatContext(),
  );
  const writer = new ByteWriter();
  writer.writeLatin1("> ");
  for (let i = 0; i < 3; i++) formatter.write(writer, VIEW);
  assert.equal(latin1Text(writer.bytes, 0, writer.length), "> [a-][a-][a-]");
});
