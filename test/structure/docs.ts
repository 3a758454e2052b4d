/**
 * What every source says about itself: a module doc at its head, a sentence for each exported name; and what none may
 * hold: undated intentions, switched-off checks, `any`.
 */
import { type Comment, placeOf, type SourceText } from "./source_text.ts";

/** Said once, near the top of a file: less than that tells nothing. */
const MIN_MODULE_DOC_CHARS = 30;

/** A missing or empty module doc. A doc that clings to a declaration is that declaration's, not the module's. */
export function moduleDocViolations(source: SourceText): string[] {
  const first = moduleDoc(source);
  const opens = first !== undefined && first.text.startsWith("/**") && source.code.slice(0, first.start).trim() === "";
  if (!opens) return [`${source.path}:1: does not open with a module doc`];
  if (first.text.replaceAll(/[\s*/]+/g, " ").trim().length < MIN_MODULE_DOC_CHARS) {
    return [`${source.path}:1: the module doc says nothing`];
  }
  const after = source.text.slice(first.end);
  if (/^\n(?!\s*\n)\s*(export|class|interface|function|const|type|let|abstract|async)\b/.test(after)) {
    return [`${source.path}:1: the first doc belongs to a declaration, the module has none`];
  }
  return [];
}

/** The first comment that is not a directive to the compiler, which must stand before all else. */
function moduleDoc(source: SourceText): Comment | undefined {
  return source.comments.find((comment) => !comment.text.startsWith("/// <"));
}

/**
 * Exported names without a doc comment. Overloads after the first share its doc, and so do the constants of one run of
 * lines. The declaration a file is named after (`ByteWriter` of `byte_writer.ts`) has its doc at the file's head.
 */
export function exportDocViolations(source: SourceText): string[] {
  const found: string[] = [];
  const pattern =
    /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(const|let|function\*?|class|interface|type|enum)\s+(\w+)/gm;
  const documented = new Set<string>();
  const namesake = source.path.replace(/^.*\//, "").replace(/\.tsx?$/, "").replaceAll("_", "").toLowerCase();
  let lastConstantEnd = -1;
  for (const match of source.code.matchAll(pattern)) {
    const kind = match[1]!, name = match[2]!;
    const isInRun = kind === "const" && match.index === lastConstantEnd;
    if (hasOwnDoc(source, match.index) || isInRun || name.toLowerCase().endsWith(namesake)) documented.add(name);
    else if (!documented.has(name)) found.push(`${placeOf(source, match.index)}: ${name} is exported without a doc`);
    if (kind === "const" && documented.has(name)) lastConstantEnd = source.code.indexOf("\n", match.index) + 1;
  }
  return found;
}

/** Whether a doc comment ends right above `offset`; the module doc, a blank line apart, is not the declaration's. */
function hasOwnDoc(source: SourceText, offset: number): boolean {
  const above = source.comments.findLast((comment) => comment.end <= offset);
  if (above === undefined || !above.text.startsWith("/**")) return false;
  const between = source.text.slice(above.end, offset);
  return between.trim() === "" && !(above === moduleDoc(source) && /\n\s*\n/.test(between));
}

const MARKS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, "an intention without an end"],
  [/@ts-(ignore|expect-error|nocheck)/, "switches the type check off"],
  [/deno-lint-ignore/, "switches lint off"],
];

/** Marks in comments, and `any` in types. */
export function markViolations(source: SourceText): string[] {
  const found: string[] = [];
  for (const comment of source.comments) {
    for (const [pattern, why] of MARKS) {
      const at = comment.text.search(pattern);
      if (at >= 0) found.push(`${placeOf(source, comment.start + at)}: ${why}: ${pattern.exec(comment.text)![0]}`);
    }
  }
  for (const match of source.code.matchAll(/(?:[:<|&]|\bas)\s*any\b(?!\s*[:.(?}])|\bany\s*(?:\[\s*\]|>)/g)) {
    found.push(`${placeOf(source, match.index)}: any is no type`);
  }
  return found;
}

/** The files that the README's life of a request names, as written there: `worker/listener_set.ts`. */
export function lifeOfARequest(readme: string): string[] {
  const section = /^#+[^\n]*life of a request[^\n]*\n([\s\S]*?)(?=^#+ |(?![\s\S]))/im.exec(readme)?.[1] ?? "";
  return [...new Set([...section.matchAll(/[\w/-]+\.tsx?\b/g)].map((match) => match[0]))];
}
