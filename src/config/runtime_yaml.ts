/**
 * A runtime value that somebody typed, or a file holds: YAML first (spec/operations.md 7.5). What the console's own code can
 * read is read by it, so that both say the same.
 */
import { plainValue } from "./document.ts";
import { fractionIn, readRuntimeText, type RuntimeReading, unread } from "./runtime_text.ts";
import { parseYaml } from "./yaml.ts";

/** Reads it. Throws ConfigError: it is no YAML. */
export function readTyped(text: string): RuntimeReading {
  const reading = readRuntimeText(text);
  if (reading !== null) return reading;
  const node = parseYaml(text);
  if (node.kind !== "map") return unread(text);
  return { ...unread(text), fraction: fractionIn(plainValue(node) as Record<string, unknown>) };
}
