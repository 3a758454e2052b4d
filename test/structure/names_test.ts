import assert from "node:assert/strict";
import { pathViolation, typeNameViolations } from "./names.ts";
import { projectFiles, projectSources } from "./project_sources.ts";
import { scanSource } from "./source_text.ts";

Deno.test("the project's files and folders are named after concepts", () => {
  const found = projectFiles(["src", "admin-ui", "test"]).map(pathViolation).filter((why) => why !== null);
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("the project's types are named after what they are", () => {
  const found = projectSources(["src", "admin-ui"]).flatMap(typeNameViolations);
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("pathViolation refuses drawers wherever they stand", () => {
  for (
    const path of [
      "src/http/utils.ts",
      "src/http/header_utils.ts",
      "src/helpers/header.ts",
      "src/http/types.ts",
      "src/http/index.ts",
      "src/http/mod.ts",
      "src/proxy/stream_impl.ts",
      "src/proxy/stream_manager.ts",
      "src/common/a.ts",
      "src/http/common/a.ts",
      "src/http/utils_test.ts",
    ]
  ) assert.notEqual(pathViolation(path), null, path);
});

Deno.test("pathViolation refuses what is not snake_case", () => {
  for (const path of ["src/http/headerList.ts", "src/Http/a.ts", "src/http/header-list.ts", "src/http/A_b.ts"]) {
    assert.notEqual(pathViolation(path), null, path);
  }
});

Deno.test("pathViolation lets the words of the domain pass", () => {
  for (
    const path of [
      "src/http/header_list.ts",
      "src/http/header_list_test.ts",
      "src/proxy/connection_manager.ts",
      "src/config/type_urls.ts",
      "src/admin/event_types.ts",
      "src/upstream/shared_limits.ts",
      "src/base/xxhash64.ts",
      "src/codec/h1/chunked_decoder_bench.ts",
      "admin-ui/index.html",
      "admin-ui/deno.json",
    ]
  ) assert.equal(pathViolation(path), null, path);
});

Deno.test("typeNameViolations refuses empty words and lets Envoy's own pass", () => {
  const names = (text: string) => typeNameViolations(scanSource("src/a.ts", text)).length;
  assert.equal(names("class StreamImpl {}"), 1);
  assert.equal(names("interface PoolManager {}"), 1);
  assert.equal(names("abstract class AbstractPool {}\nclass BasePool {}"), 2);
  assert.equal(names("type HeaderUtils = number;"), 1);
  assert.equal(names("class ConnectionManager {}\nclass Baseline {}\ninterface Simple {}"), 0);
});
