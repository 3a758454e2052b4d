/**
 * Golden files of the route checker: a route configuration, its tests and what is printed, in one file.
 *
 * ```
 * # What the case is about, and its clause.
 * # flags: --details --covall
 * # exit: 1
 * ---- routes.yaml
 * ---- tests.json
 * ---- body.txt
 * ---- output
 * ! what goes to stderr
 * what goes to stdout
 * ```
 *
 * A section before the last is a file of that name; `flags` and `exit` (0) may be left out. With a file `routes.*` and a
 * file `tests.*` the flags need not name them.
 */

export interface RouteCheckFile {
  /** The first lines' text. */
  readonly title: string;
  readonly flags: readonly string[];
  readonly exitCode: number;
  /** Texts by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly output: string;
}

/** Reads a golden file; throws on what it does not understand. */
export function parseRouteCheckFile(text: string): RouteCheckFile {
  const sections = new Map<string, string>();
  const settings = new Map<string, string>();
  let title = "", name = "";
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const section = /^---- (.*)$/.exec(line)?.[1];
    const setting = /^# (flags|exit): (.*)$/.exec(line);
    if (section !== undefined) {
      if (sections.has(section)) throw new Error(`Cannot read a golden file: found section "${section}" twice`);
      name = section;
      sections.set(name, "");
    } else if (name !== "") {
      sections.set(name, `${sections.get(name)}${line}\n`);
    } else if (setting !== null) {
      settings.set(setting[1]!, setting[2]!);
    } else if (line.startsWith("# ")) {
      title += (title === "" ? "" : " ") + line.slice(2);
    } else if (line !== "") {
      throw new Error(`Cannot read a golden file: found ${JSON.stringify(line)} before the first section`);
    }
  }
  const output = sections.get("output");
  if (title === "" || output === undefined) throw new Error("Cannot read a golden file: title or output is missing");
  sections.delete("output");
  const named = (kind: string) => [...sections.keys()].find((file) => file.startsWith(`${kind}.`));
  const routes = named("routes"), tests = named("tests");
  return {
    title,
    flags: [
      ...(routes === undefined ? [] : ["-c", routes]),
      ...(tests === undefined ? [] : ["-t", tests]),
      ...(settings.get("flags") ?? "").split(" ").filter((word) => word !== ""),
    ],
    exitCode: Number(settings.get("exit") ?? 0),
    files: sections,
    output,
  };
}
