/**
 * Reads what a source imports: static, type-only, side-effect and dynamic imports, re-exports, types written as
 * `import("x").Y`, and modules started by URL (`new URL("./entry.ts", import.meta.url)`, as workers are).
 */
import { lineOf, type SourceText } from "./source_text.ts";

/** One import. */
export interface Import {
  /** As written: `../base/errors.ts`, `zod`, `node:tls`. */
  readonly specifier: string;
  /** Path from the repository's root for a file of ours; null for a package. */
  readonly target: string | null;
  readonly line: number;
  /** `export ... from`. */
  readonly isReexport: boolean;
}

/** Each pattern ends with the opening quote; the masked code has no other quote a pattern could run over. */
const PATTERNS: readonly RegExp[] = [
  /(?<![\w$.])(import|export)\b(?!\s*[(.])[^;"'`()]*?\bfrom\s*["']/g,
  /(?<![\w$.])(import)\s*["']/g,
  /(?<![\w$.])(import)\s*\(\s*["'`]/g,
  /(?<![\w$.])(new)\s+URL\s*\(\s*["'`](?=\s*["'`]\s*,\s*import\s*\.\s*meta\s*\.\s*url)/g,
];

/** The imports of a source, in the order of their lines. */
export function readImports(source: SourceText): Import[] {
  const found: Import[] = [];
  for (const pattern of PATTERNS) {
    for (const match of source.code.matchAll(pattern)) {
      const quoteAt = match.index + match[0].length - 1;
      const end = source.code.indexOf(source.code[quoteAt]!, quoteAt + 1);
      const specifier = source.text.slice(quoteAt + 1, end);
      const isUrl = match[1] === "new";
      if (isUrl && !/\.tsx?$/.test(specifier)) continue;
      found.push({
        specifier,
        target: resolveTarget(source.path, specifier),
        line: lineOf(source.text, quoteAt),
        isReexport: match[1] === "export",
      });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

function resolveTarget(from: string, specifier: string): string | null {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
