/**
 * A tree of files as runtime values (spec/operations.md 7.2): each path segment is one of the key, the content of a file is
 * its value, without lines that begin with `#` and white space at its end.
 */
import { errorText } from "../../base/errors.ts";
import type { RuntimeReading } from "../../config/runtime_text.ts";
import { readTyped } from "../../config/runtime_yaml.ts";

/** Envoy's, so that a link to a directory above ends somewhere. */
const MAX_DEPTH = 16;

/** What a tree holds. */
export interface DiskTree {
  readonly values: ReadonlyMap<string, RuntimeReading>;
  /** All that were read, the root first: they are to be watched. */
  readonly directories: readonly string[];
}

/** The tree is there and cannot be read. */
export class DiskTreeError extends Error {
  override readonly name = "DiskTreeError";
}

/** Reads the tree; null = there is none. Throws {@link DiskTreeError}. */
export function readDiskTree(root: string): DiskTree | null {
  if (!isDirectory(root)) return null;
  const values = new Map<string, RuntimeReading>();
  const directories: string[] = [];
  walk(root, "", 1);
  return { values, directories };

  function walk(directory: string, prefix: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new DiskTreeError(`Walk recursion depth exceeded ${MAX_DEPTH}`);
    directories.push(directory);
    const names = attempt(directory, () => Array.from(Deno.readDirSync(directory), ({ name }) => name)).sort();
    for (const name of names) {
      // Differs from Envoy: the versions of a mounted ConfigMap (`..data`, `..2026_01_31`) are no keys beside the links to them.
      if (name.startsWith("..")) continue;
      const path = `${directory}/${name}`;
      if (isDirectory(path)) walk(path, `${prefix}${name}.`, depth + 1);
      else values.set(prefix + name, attempt(path, () => readTyped(valueIn(Deno.readTextFileSync(path)))));
    }
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function attempt<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new DiskTreeError(`${path}: ${errorText(error)}`);
  }
}

/** Leading spaces stay. */
function valueIn(content: string): string {
  return content.split("\n").filter((line) => !line.startsWith("#")).join("\n").trimEnd();
}
