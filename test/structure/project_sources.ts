/** The project's sources, read once for all structure tests: src, admin-ui, mod.ts, and test for the rules on it. */
import { REPOSITORY } from "../support/programs.ts";
import { scanSource, type SourceText } from "./source_text.ts";

/** Every file below the folders, as paths from the repository's root, sorted; build output left out. */
export function projectFiles(folders: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of Deno.readDirSync(REPOSITORY + folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) {
        if (entry.name !== "dist" && entry.name !== "node_modules") walk(path);
      } else found.push(path);
    }
  };
  for (const folder of folders) walk(folder);
  return found.sort();
}

/** The TypeScript sources below the folders, scanned, and `mod.ts`. */
export function projectSources(folders: readonly string[]): SourceText[] {
  const paths = projectFiles(folders).filter((path) => /\.tsx?$/.test(path));
  if (projectHas("mod.ts")) paths.push("mod.ts");
  return paths.map((path) => scanSource(path, projectText(path)));
}

/** Whether the project has a file. */
export function projectHas(path: string): boolean {
  try {
    return Deno.statSync(REPOSITORY + path).isFile;
  } catch {
    return false;
  }
}

/** The text of a file of the project. */
export function projectText(path: string): string {
  return Deno.readTextFileSync(REPOSITORY + path);
}

/** Tests, micro benchmarks and shared case suites: what never ships. */
export function isTestFile(path: string): boolean {
  return path.startsWith("test/") || /(_test|_bench|(^|\/|_)cases)\.tsx?$/.test(path);
}
