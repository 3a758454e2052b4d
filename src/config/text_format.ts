/**
 * Which language a document is written in, by the extension of its file's name (spec/xds.md 1.1): YAML for .yaml and
 * .yml, JSON for everything else, and YAML again where that fails.
 */

import { ConfigError } from "../base/errors.ts";
import { type DocumentNode, unreadable } from "./document.ts";
import type { ElementMemory } from "./element_memory.ts";
import { parseJson } from "./json_text.ts";
import { parseYaml } from "./yaml.ts";

/** Parses `text`; throws ConfigError when it cannot be read. What `memory` has of a JSON text is not read again. */
export function parseDocument(text: string, fileName: string, memory: ElementMemory | null = null): DocumentNode {
  const extension = /\.[^./]*$/.exec(fileName)?.[0].toLowerCase() ?? "";
  if (extension === ".pb" || extension === ".pb_text") {
    throw unreadable(
      `Cannot read document: ${extension} files are known to Envoy, not supported yet, wanted .yaml or .json`,
    );
  }
  if (extension === ".yaml" || extension === ".yml") return parseYaml(text);
  try {
    return parseJson(text, memory);
  } catch (error) {
    // A document that opens like JSON is meant as JSON: its complaint is the one that helps.
    if (!(error instanceof ConfigError) || extension === ".json" || /^\s*[{[]/.test(text)) throw error;
    return parseYaml(text);
  }
}
