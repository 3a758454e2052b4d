import assert from "node:assert/strict";
import { countResults, countSpoken } from "./junit_counts.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="1" errors="1" time="0.1">
  <testsuite name="./a_test.ts" tests="5" disabled="1" errors="1" failures="1">
    <testcase name="a &gt; b" classname="./a_test.ts" time="0.001" line="1" col="6">
    </testcase>
    <testcase name="short" classname="./a_test.ts" time="0.001" line="2" col="6"/>
    <testcase name="bad" classname="./a_test.ts" time="0.001" line="3" col="6">
      <failure message="Uncaught Error: x">Error: &lt;skipped/&gt;</failure>
    </testcase>
    <testcase name="lost" classname="./a_test.ts" time="0.000" line="4" col="6">
      <error message="Cancelled"/>
    </testcase>
    <testcase name="absent" classname="./a_test.ts" time="0.000" line="5" col="6">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("countResults counts each test case once", () => {
  assert.deepEqual(countResults(REPORT, false), { passed: 2, failed: 2, skipped: 1 });
});

Deno.test("countResults counts a failure the report does not show", () => {
  assert.deepEqual(countResults("<testsuites></testsuites>", false), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(countResults("", true), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("countSpoken counts printed results, coloured or not", () => {
  const printed =
    "a ... \x1b[0m\x1b[32mok\x1b[0m (1ms)\nb ... FAILED (2ms)\nc ... ignored (0ms)\nd ... s1 ... ok (0ms)\ne ... ";
  assert.deepEqual(countSpoken(printed), { passed: 2, failed: 1, skipped: 1 });
});
