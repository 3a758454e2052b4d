/** Runs every file of `http/` through the data path in memory: in one piece and byte by byte. */
import assert from "node:assert/strict";
import { DataPath } from "../support/data_path.ts";
import { goldenText, joinChunks, parseGolden } from "./golden_file.ts";

const FOLDER = new URL("http/", import.meta.url);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** What comes out, in the file's form and without what is random. */
function normal(wire: string): string {
  return goldenText(joinChunks(wire).replace(UUID, "(uuid)"));
}

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".golden")).sort();

for (const name of names) {
  const { title, managerFields, sections } = parseGolden(Deno.readTextFileSync(new URL(name, FOLDER)));
  for (const [feeding, pieceBytes] of [["in one piece", 65536], ["byte by byte", 1]] as const) {
    Deno.test(`${name}, ${feeding}: ${title}`, () => {
      const path = new DataPath({ managerFields, pieceBytes });
      const client = path.connect();
      client.send(sections.request);
      path.deliver();
      const forwarded = path.origins.map((origin) => origin.take()).join("");
      if (sections.answer !== "") path.origin.send(sections.answer);
      path.deliver();
      assert.equal(normal(forwarded), goldenText(sections.forwarded));
      assert.equal(normal(client.take()), goldenText(sections.response));
      assert.deepEqual(path.bugs, []);
    });
  }
}

Deno.test("golden files are there", () => assert.ok(names.length >= 10));
