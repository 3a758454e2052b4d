import { ok } from "node:assert/strict";
import { GLOSSARY } from "./glossary.ts";

Deno.test("GLOSSARY has one sentence and one source a word, without a full stop", () => {
  for (const [word, [meaning, source]] of Object.entries(GLOSSARY)) {
    ok(!meaning.endsWith("."), word);
    ok(source.length > 0, word);
  }
});
