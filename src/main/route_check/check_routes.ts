/**
 * A route configuration put to a file of tests: what Envoy's `router_check_tool` does, with the data path's own code. It
 * opens nothing and asks nobody; the files' texts are handed in.
 */
import { ConfigError, type ConfigProblem, problemText } from "../../base/errors.ts";
import { loadRouteConfiguration, loadRouteTests } from "../../config/load_route_check.ts";
import type { LoadedMessage, MessageText } from "../../config/load_message.ts";
import type { RouteTestConfig, RouteTestsConfig } from "../../config/route_check_config.ts";
import type { RouteConfiguration } from "../../config/route_config.ts";
import type { DataReader } from "../../config/schema/data_source.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import { RouteTable } from "../../route/route_table.ts";
import { Coverage } from "./coverage.ts";
import { judge } from "./expectations.ts";
import { explanationLines } from "./explanation.ts";
import { matchText } from "./match_text.ts";
import { outcomeOf } from "./route_outcome.ts";
import { drawnNumber, runtimeOf, withDrawableFractions } from "./test_chance.ts";
import { routeInputOf } from "./test_request.ts";
import { formatContextOf } from "./test_view.ts";

/** What is checked. */
export interface RouteCheckFiles {
  /** One `RouteConfiguration`. */
  readonly routes: MessageText;
  readonly tests: MessageText;
  /** How what the routes name is read: bodies of direct responses. */
  readonly data: DataReader;
  /** Deprecated fields are warned of. */
  readonly checksDeprecation: boolean;
}

/** What came of all tests. */
export interface RouteCheckResult {
  /** In the file's order. */
  readonly tests: readonly RouteTestResult[];
  readonly passed: number;
  readonly failed: number;
  /** Percent of the routes that tests were right about in anything but headers. */
  readonly coverage: number;
  /** The same, each route by the share of what can be expected of it. */
  readonly fullCoverage: number;
  readonly missing: readonly UntestedRoute[];
  readonly warnings: readonly FileProblem[];
}

/** What came of one test. */
export interface RouteTestResult {
  readonly name: string;
  /** A line each; none = it passed. */
  readonly failures: readonly string[];
  /** Which routes were passed over and why, a line each. */
  readonly explanation: readonly string[];
}

/** A route that no test was right about. */
export interface UntestedRoute {
  readonly virtualHost: string;
  /** May be empty. */
  readonly name: string;
  /** Where it stands: `virtual_hosts[0].routes[2]`. */
  readonly path: string;
  /** Its match in protobuf's text form. */
  readonly match: string;
}

/** Something about one of the two files. */
export interface FileProblem extends ConfigProblem {
  readonly fileName: string;
}

/** A file was refused. Holds every problem of both. */
export class RouteFilesError extends Error {
  override readonly name = "RouteFilesError";
  readonly problems: readonly FileProblem[];

  constructor(problems: readonly FileProblem[]) {
    super(problems.map(fileProblemText).join("\n"));
    this.problems = problems;
  }
}

/** `FILE: PATH (line L, column C): REASON`. */
export function fileProblemText(problem: FileProblem): string {
  return `${problem.fileName}: ${problemText(problem)}`;
}

/** Runs all tests; throws {@link RouteFilesError} when a file is refused. */
export function checkRoutes(files: RouteCheckFiles): RouteCheckResult {
  const { routes, tests } = readFiles(files);
  const draws = drawsOf(tests.config, routes.config, files.tests.fileName);
  const config = withDrawableFractions(routes.config);
  const table = new RouteTable(config, formatContextOf(files.data.env)), coverage = new Coverage(table);
  const results = tests.config.tests.map((test, index): RouteTestResult => {
    const runtime = runtimeOf(config, tests.config.runtime, test.input.runtimeKey);
    const input = routeInputOf(test.input, runtime, draws[index]!);
    const explanation = explanationLines(table.explain(input));
    const outcome = outcomeOf(table, input, test.input.responseHeaders);
    const { failures, met } = judge(test.expected, outcome);
    if (outcome.route !== null) coverage.note(outcome.route, met);
    return { name: test.name, failures, explanation };
  });
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return {
    tests: results,
    passed: results.length - failed,
    failed,
    coverage: coverage.percent(false),
    fullCoverage: coverage.percent(true),
    missing: coverage.missing().map((place) => untestedRoute(routes.canonical, place.virtualHost, place.route)),
    warnings: [
      ...routes.warnings.map((warning) => ({ ...warning, fileName: files.routes.fileName })),
      ...tests.warnings.map((warning) => ({ ...warning, fileName: files.tests.fileName })),
    ],
  };
}

interface ReadFiles {
  readonly routes: LoadedMessage<RouteConfiguration>;
  readonly tests: LoadedMessage<RouteTestsConfig>;
}

/** Both are read before either is refused. */
function readFiles({ routes, tests, data, checksDeprecation }: RouteCheckFiles): ReadFiles {
  const problems: FileProblem[] = [];
  const readRoutes = attempt(routes.fileName, () => loadRouteConfiguration(routes, data, checksDeprecation), problems);
  const readTests = attempt(tests.fileName, () => loadRouteTests(tests), problems);
  if (readRoutes === null || readTests === null) throw new RouteFilesError(problems);
  return { routes: readRoutes, tests: readTests };
}

function attempt<Read>(fileName: string, read: () => Read, problems: FileProblem[]): Read | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, fileName })).sort(byPlace));
    return null;
  }
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function drawsOf({ tests }: RouteTestsConfig, routes: RouteConfiguration, fileName: string): number[] {
  const problems: FileProblem[] = [];
  const draws = tests.map(({ input: { randomValue } }: RouteTestConfig, index) => {
    const drawn = drawnNumber(randomValue, routes);
    if (drawn !== null) return drawn;
    problems.push({
      fileName,
      path: `tests[${index}].input.random_value`,
      reason: `found ${randomValue}, wanted at most ${Number.MAX_SAFE_INTEGER} beside clusters with such weights`,
    });
    return 0;
  });
  if (problems.length > 0) throw new RouteFilesError(problems);
  return draws;
}

function untestedRoute(routes: CanonicalMessage, virtualHost: number, route: number): UntestedRoute {
  const host = (routes["virtual_hosts"] as CanonicalMessage[])[virtualHost]!;
  const written = (host["routes"] as CanonicalMessage[])[route]!;
  return {
    virtualHost: String(host["name"] ?? ""),
    name: String(written["name"] ?? ""),
    path: `virtual_hosts[${virtualHost}].routes[${route}]`,
    match: matchText(written["match"] as CanonicalMessage),
  };
}
