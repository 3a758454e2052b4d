/** The command line of a route check: the flags of Envoy's `router_check_tool`, each given once. */
import { nearestName } from "../../config/nearest_name.ts";

/** What was asked for. */
export interface RouteCheckFlags {
  readonly routesPath: string;
  readonly testsPath: string;
  readonly showsDetails: boolean;
  readonly onlyShowsFailures: boolean;
  /** Percent; 0 = no coverage is demanded. */
  readonly failUnder: number;
  /** Coverage counts everything that can be expected of a route. */
  readonly coversAll: boolean;
  readonly detailsCoverage: boolean;
  readonly checksDeprecation: boolean;
}

/** What came of reading the command line. */
export type RouteCheckCommand =
  | { readonly kind: "run"; readonly flags: RouteCheckFlags }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

interface Flag {
  readonly name: string;
  /** One letter, or empty. */
  readonly short: string;
  /** How the help writes its value; empty for a switch. */
  readonly value: string;
  readonly help: string;
}

const FLAGS: readonly Flag[] = [
  { name: "config-path", short: "c", value: "ROUTES", help: "File with one RouteConfiguration, YAML or JSON" },
  { name: "test-path", short: "t", value: "TESTS", help: "File with tests, YAML or JSON" },
  { name: "details", short: "d", value: "", help: "Print every test, and which routes were passed over and why" },
  { name: "only-show-failures", short: "", value: "", help: "Print failing tests only" },
  { name: "fail-under", short: "f", value: "PERCENT", help: "Fail when coverage is under this" },
  { name: "covall", short: "", value: "", help: "Measure coverage by all that can be expected of a route; list gaps" },
  { name: "detailed-coverage", short: "", value: "", help: "List the routes that no test is about" },
  { name: "disable-deprecation-check", short: "", value: "", help: "Say nothing of deprecated fields" },
  { name: "help", short: "h", value: "", help: "Print this" },
];

/** Reads the words after the program's name. A value is always the next word. */
export function readRouteCheckFlags(args: readonly string[]): RouteCheckCommand {
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const flag = FLAGS.find(({ name, short }) => word === `--${name}` || (short !== "" && word === `-${short}`));
    if (flag === undefined) return refused(unknownText(word));
    if (flag.name === "help") return { kind: "help", text: helpText() };
    if (given.has(flag.name)) return refused(`--${flag.name} is given twice, wanted once`);
    if (flag.value !== "") at++;
    const value = flag.value === "" ? "" : args[at];
    if (value === undefined) return refused(`--${flag.name} has no value, wanted ${flag.value}`);
    given.set(flag.name, value);
  }
  const routesPath = given.get("config-path") ?? "", testsPath = given.get("test-path") ?? "";
  if (routesPath === "" || testsPath === "") return refused("Both --config-path/c and --test-path/t are mandatory");
  const percent = given.get("fail-under") ?? "0", failUnder = Number(percent);
  if (percent.trim() === "" || !Number.isFinite(failUnder) || failUnder < 0) {
    return refused(`--fail-under: found '${percent}', wanted a percentage`);
  }
  return {
    kind: "run",
    flags: {
      routesPath,
      testsPath,
      showsDetails: given.has("details"),
      onlyShowsFailures: given.has("only-show-failures"),
      failUnder,
      coversAll: given.has("covall"),
      detailsCoverage: given.has("detailed-coverage"),
      checksDeprecation: !given.has("disable-deprecation-check"),
    },
  };
}

function refused(reason: string): RouteCheckCommand {
  return { kind: "refused", reason };
}

function unknownText(word: string): string {
  if (word === "-o" || word === "--output-path") {
    return `${word}: results as binary protobuf are known to Envoy, not supported here`;
  }
  const near = word.startsWith("--") ? nearestName(word.slice(2), FLAGS.map(({ name }) => name)) : null;
  return `Couldn't find match for argument '${word}'${near === null ? "" : `, did you mean --${near}`}`;
}

function helpText(): string {
  const lines = FLAGS.map(({ name, short, value, help }) => {
    const title = `${short === "" ? "    " : `-${short}, `}--${name}${value === "" ? "" : ` ${value}`}`;
    return `  ${title.padEnd(32)} ${help}`;
  });
  return [
    "Checks a route configuration against a file of tests, as Envoy's router_check_tool does",
    "",
    "USAGE:",
    "   deno task route-check -c ROUTES -t TESTS [FLAG …]",
    "",
    ...lines,
    "",
    "Exit codes: 0 when all tests passed and coverage is as demanded, else 1.",
    "",
  ].join("\n");
}
