/**
 * The differential suite: denvoy answers every case as real Envoy does, or is said to differ. Prints one line for all;
 * what differs without being meant to is shown whole. Cases whose configuration denvoy cannot load yet are listed, and
 * in CI they fail. `try.ts` shows single cases.
 */
import assert from "node:assert/strict";
import { isCi, testStepsNeeding } from "../support/needs.ts";
import { REPOSITORY } from "../support/programs.ts";
import { AREAS } from "./areas.ts";
import { consult, nameOf, questionsOf } from "./oracle.ts";
import { summaryLine, unexplainedTexts, waitingLines } from "./report.ts";

/** More than that is not read anyway. */
const MAX_SHOWN = 40;

const questions = questionsOf(AREAS);

testStepsNeeding("envoy", `denvoy answers ${questions.length} cases as Envoy does`, async (t, envoyPath) => {
  const findings = await consult(envoyPath, AREAS, questions);
  for (const { name } of AREAS) {
    const ofArea = findings.filter((finding) => finding.question.area === name);
    await t.step(`${name}, ${ofArea.length} cases`, () => {
      const texts = unexplainedTexts(ofArea);
      const more = texts.length > MAX_SHOWN ? `\nand ${texts.length - MAX_SHOWN} more` : "";
      assert.ok(texts.length === 0, `differs without being meant to:\n${texts.slice(0, MAX_SHOWN).join("\n")}${more}`);
    });
  }
  for (const line of waitingLines(findings)) {
    await t.step({
      name: line,
      ignore: !isCi(),
      fn: () => assert.fail(`denvoy cannot load their configuration: ${line}`),
    });
  }
  console.log(summaryLine(findings));
});

Deno.test("every case of the differential suite has a name of its own", () => {
  const names = questions.map(nameOf);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  assert.deepEqual(twice, []);
});

Deno.test("every case that differs on purpose names the file that says so", () => {
  for (const { one } of questions) {
    if (one.differs === undefined) continue;
    const [file = "", why = ""] = one.differs.split(": ");
    assert.ok(why.length > 10, `${one.name}: say how it differs`);
    const text = Deno.readTextFileSync(REPOSITORY + file);
    assert.ok(text.includes("Differs from Envoy:"), `${one.name}: ${file} does not say that it differs`);
  }
});
