/**
 * Runtime values that somebody pastes: nested or flat YAML or JSON, the body of a layer, an RTDS resource, or what `/runtime`
 * printed (spec/console.md 6.10).
 */
import { ConfigError } from "../../base/errors.ts";
import type { DocumentNode, MapNode } from "../../config/document.ts";
import { parseYaml } from "../../config/yaml.ts";

/** Key and text of each value, as the admin layer would have it. */
export type ImportedValues = ReadonlyMap<string, string>;

/** Reads them. Throws ConfigError: it is no document, or none of values. */
export function readImport(text: string): ImportedValues {
  const root = parseYaml(text);
  if (root.kind !== "map") throw new ConfigError([{ path: "", reason: "Cannot import: wanted keys with values" }]);
  const printed = field(root, "entries");
  const values = new Map<string, string>();
  if (printed?.kind === "map" && field(root, "layers") !== null) {
    for (const { key, value } of printed.entries) {
      const final = value.kind === "map" ? field(value, "final_value") : null;
      if (final?.kind === "scalar") values.set(key, final.text);
    }
    return values;
  }
  const layer = field(root, "layer") ?? field(root, "static_layer");
  take(values, "", layer?.kind === "map" ? layer : root);
  return values;
}

function take(values: Map<string, string>, prefix: string, { entries }: MapNode): void {
  for (const { key, value } of entries) {
    const name = prefix + key;
    if (value.kind === "map" && !isFraction(value)) take(values, `${name}.`, value);
    else values.set(name, textOf(value));
  }
}

function isFraction({ entries }: MapNode): boolean {
  return entries.length === 0 || entries.some(({ key }) => key === "numerator" || key === "denominator");
}

function textOf(node: DocumentNode): string {
  switch (node.kind) {
    case "scalar":
      return node.text;
    case "list":
      return `[${node.items.map(textOf).join(", ")}]`;
    case "map":
      return `{${node.entries.map(({ key, value }) => `${key}: ${textOf(value)}`).join(", ")}}`;
  }
}

function field({ entries }: MapNode, name: string): DocumentNode | null {
  return entries.find(({ key }) => key === name)?.value ?? null;
}
