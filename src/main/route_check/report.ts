/**
 * What a route check prints, line for line as Envoy's tool does and on the same stream: failing tests and what was not
 * reached on stderr, the rest on stdout.
 *
 * Differs from Envoy: failing tests are printed without `--details` too, coverage also when tests failed, the routes that
 * were passed over with `--details`, and at the end how many tests passed.
 */
import { fileProblemText, type RouteCheckResult, type RouteTestResult, type UntestedRoute } from "./check_routes.ts";
import type { RouteCheckFlags } from "./flags.ts";

/** One line, and where it goes. */
export interface ReportLine {
  readonly to: "stdout" | "stderr";
  readonly text: string;
}

/** All lines in order, and whether everything is as demanded. */
export function report(
  result: RouteCheckResult,
  flags: RouteCheckFlags,
): { readonly lines: readonly ReportLine[]; readonly isGood: boolean } {
  const coverage = flags.coversAll ? result.fullCoverage : result.coverage;
  const isCovered = coverage >= flags.failUnder;
  const lines: ReportLine[] = [
    ...result.warnings.map((warning) => errorLine(`warning: ${fileProblemText(warning)}`)),
    ...result.tests.flatMap((test) => testLines(test, flags)),
    ...missingLines(result.missing, flags).map(outputLine),
    outputLine(`Current route coverage: ${shortNumber(coverage)}%`),
    ...(isCovered ? [] : [errorLine(`Failed to meet coverage requirement: ${shortNumber(flags.failUnder)}%`)]),
    outputLine(`${result.passed} passed, ${result.failed} failed`),
  ];
  return { lines, isGood: isCovered && result.failed === 0 };
}

function testLines({ name, failures, explanation }: RouteTestResult, flags: RouteCheckFlags): ReportLine[] {
  const isPassed = failures.length === 0;
  if (isPassed && (!flags.showsDetails || flags.onlyShowsFailures)) return [];
  const details = flags.showsDetails ? explanation.map((line) => `  ${line}`) : [];
  return [name, ...failures, ...details].map(isPassed ? outputLine : errorLine);
}

function missingLines(missing: readonly UntestedRoute[], flags: RouteCheckFlags): string[] {
  if (flags.coversAll) {
    return missing.map(({ virtualHost, match }) => `Missing test for host: ${virtualHost}, route: ${match}`);
  }
  if (!flags.detailsCoverage) return [];
  // Where Envoy's tool makes a name unique with a random id, ours has its place.
  return missing.map(({ virtualHost, name, path }) =>
    `Missing test for host: ${virtualHost}, route name: ${name}-${path}`
  );
}

/** Six digits, as C++ prints a number. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function outputLine(text: string): ReportLine {
  return { to: "stdout", text };
}

function errorLine(text: string): ReportLine {
  return { to: "stderr", text };
}
