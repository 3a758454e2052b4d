import assert from "node:assert/strict";
import { fileSurroundings } from "../../../test/support/resource_files.ts";

Deno.test("UnknownFields counts every field, and lists and says each once, up to a bound", () => {
  const { unknownFields, book, said } = fileSurroundings();
  const field = (path: string, line: number) => ({ path, reason: "unknown field of a.b", line, column: 1 });
  unknownFields.note("file /a", [field("x", 1), field("y", 2)], 100);
  unknownFields.note("file /a", [field("x", 5)], 200);
  unknownFields.note("file /b", [field("x", 1)], 300);
  assert.equal(book.valueOf("server.dynamic_unknown_fields"), 4);
  assert.deepEqual(unknownFields.list().map(({ source, problem, sinceMs }) => [source, problem.path, sinceMs]), [
    ["file /a", "x", 100],
    ["file /a", "y", 100],
    ["file /b", "x", 300],
  ]);
  assert.equal(said[0], "Unknown field: in file /a, x (line 1, column 1): unknown field of a.b: left out");
  for (let index = 0; index < 2000; index++) unknownFields.note("file /c", [field(`f${index}`, 1)], 400);
  assert.equal(book.valueOf("server.dynamic_unknown_fields"), 2004);
  assert.equal(unknownFields.list().length, 1000);
  assert.equal(said.length, 1000);
});
