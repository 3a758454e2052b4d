/**
 * Counts the results in the JUnit report of `deno test --junit-path`. The report lists no file that failed to load and
 * no error outside a test, so the runner's exit status has a say too.
 */

/** What came of a run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts test cases; `hasSucceeded` is whether the runner ended with status 0. */
export function countResults(report: string, hasSucceeded: boolean): TestCounts {
  let passed = 0, failed = 0, skipped = 0;
  for (const match of report.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const content = match[1] ?? "";
    if (/<(failure|error)\b/.test(content)) failed++;
    else if (/<skipped\b/.test(content)) skipped++;
    else passed++;
  }
  if (!hasSucceeded && failed === 0) failed++;
  return { passed, failed, skipped };
}

/** Counts the lines of the runner's printed report: for a run that was ended before it wrote the other one. */
export function countSpoken(printed: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // Colours stand between the words.
  const plain = printed.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
  for (const match of plain.matchAll(/ \.\.\. (ok|FAILED|ignored)\b/g)) {
    counts[match[1] === "ok" ? "passed" : match[1] === "FAILED" ? "failed" : "skipped"]++;
  }
  return counts;
}
