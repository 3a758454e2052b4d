/**
 * `deno task route-check`: reads the two files, checks one against the other, prints the report. It needs to read files,
 * and the environment where a direct response's body comes from there; it opens no socket.
 */
import { withCel } from "../../base/cel/cel.ts";
import { checkRoutes, RouteFilesError } from "./check_routes.ts";
import type { MessageText } from "../../config/load_message.ts";
import type { DataReader } from "../../config/schema/data_source.ts";
import { readRouteCheckFlags, type RouteCheckFlags } from "./flags.ts";
import { report, type ReportLine } from "./report.ts";

/** What a run printed and how it ended. */
export interface RouteCheckRun {
  readonly lines: readonly ReportLine[];
  readonly exitCode: 0 | 1;
}

/** The files and the environment; reading throws, with the reason, what cannot be read. */
export interface RouteCheckSources extends DataReader {
  readonly readText: (path: string) => string;
}

const MACHINE: RouteCheckSources = {
  readText: (path) => Deno.readTextFileSync(path),
  readFile: (path) => Deno.readFileSync(path),
  env: (name) => Deno.env.get(name),
};

/** Runs a route check as `args` say; prints nothing itself. */
export async function runRouteCheck(
  args: readonly string[],
  sources: RouteCheckSources = MACHINE,
): Promise<RouteCheckRun> {
  const command = readRouteCheckFlags(args);
  if (command.kind === "help") return { lines: [{ to: "stdout", text: command.text }], exitCode: 0 };
  if (command.kind === "refused") return failure(`error: ${command.reason}`);
  try {
    const { lines, isGood } = report(await withCel(() => checkFiles(command.flags, sources)), command.flags);
    return { lines, exitCode: isGood ? 0 : 1 };
  } catch (error) {
    if (!(error instanceof RouteFilesError)) throw error;
    return failure(error.message);
  }
}

function checkFiles({ routesPath, testsPath, checksDeprecation }: RouteCheckFlags, sources: RouteCheckSources) {
  return checkRoutes({
    routes: readFile(routesPath, sources),
    tests: readFile(testsPath, sources),
    data: sources,
    checksDeprecation,
  });
}

function readFile(fileName: string, sources: RouteCheckSources): MessageText {
  try {
    return { fileName, text: sources.readText(fileName) };
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new RouteFilesError([{ fileName, path: "", reason: `Cannot read file: ${why}` }]);
  }
}

function failure(text: string): RouteCheckRun {
  return { lines: [{ to: "stderr", text }], exitCode: 1 };
}

if (import.meta.main) {
  const { lines, exitCode } = await runRouteCheck(Deno.args);
  for (const { to, text } of lines) (to === "stdout" ? console.log : console.error)(text);
  Deno.exit(exitCode);
}
