import assert from "node:assert/strict";
import { loadCel } from "../base/cel/cel.ts";
import { managerConfig } from "../../test/support/manager_config.ts";
import { usesCel } from "./cel_use.ts";

const FILE = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";

Deno.test("usesCel finds expressions wherever they stand, and none where there are none", async () => {
  await loadCel();
  const logging = (fields: string) =>
    usesCel(managerConfig(`access_log: [{ name: a, typed_config: { "@type": ${FILE}, path: /dev/null, ${fields} } }]`));
  assert.equal(logging('log_format: { text_format: "%PROTOCOL%" }'), false);
  assert.equal(logging('log_format: { text_format: "a %CEL(1)%" }'), true);
  assert.equal(logging('log_format: { json_format: { a: { b: ["%TYPED_CEL(1)%"] } } }'), true);
  assert.equal(
    logging(
      `log_format: { text_format: '%COALESCE({"operators":["PROTOCOL",{"command":"CEL","param":"1"}]})%' }`,
    ),
    true,
  );
  for (const plain of [null, 1, "CEL", [], {}, { command: "REQ", args: ["CEL"] }, { name: "cel" }]) {
    assert.equal(usesCel(plain), false);
  }
  assert.equal(usesCel({ filter: { kind: "and", filters: [{ kind: "cel", expression: "true" }] } }), true);
});
