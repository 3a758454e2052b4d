import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { streamView } from "../../test/support/stream_views.ts";
import { parseFormat } from "../config/format/parse_format.ts";
import { HeaderList } from "../http/header_list.ts";
import { HeaderValue } from "./header_value.ts";

for (
  const [query, value] of [["a%20b%09c%e9", "a b\tc\xe9"], ["a%0d%0ab:c", null], ["%00", null], ["%7f", null]] as const
) {
  Deno.test(`HeaderValue.put ${value === null ? "tells of" : "puts"} what ?x=${query} makes`, () => {
    const field = {
      name: "x-a",
      value: parseFormat("%QUERY_PARAM(x)%"),
      action: "OVERWRITE_IF_EXISTS_OR_ADD",
    } as const;
    const header = new HeaderValue({ ...field, keepsEmpty: false }, new Set(), TEST_FORMATS), list = new HeaderList();
    list.addName("x-a", "old");
    header.put(list, header.value(streamView({ request: requestHead("GET", `/?x=${query}`) }))!);
    assert.deepEqual(list.entries(), [["x-a", value ?? "old"]]);
    assert.equal(list.unsendable, value === null ? "x-a" : null);
    list.reset(new Uint8Array(0));
    assert.equal(list.unsendable, null);
  });
}
