/** Runtime values in the forms that other places take (spec/console.md 6.10). */
import type { RuntimeReading } from "../../config/runtime_text.ts";

/** What is exported. */
export type ExportedValues = ReadonlyMap<string, RuntimeReading>;

/** One form. */
export interface ExportForm {
  readonly contentType: string;
  /** Of a file that is saved. */
  readonly fileName: string;
  readonly make: (values: ExportedValues) => string;
}

const TEXT = "text/plain; charset=UTF-8";

/** By the name that the query has. */
export const EXPORT_FORMS = {
  static_layer: { contentType: "application/yaml", fileName: "static_layer.yaml", make: staticLayer },
  rtds: { contentType: "application/json", fileName: "runtime.json", make: rtds },
  json: { contentType: "application/json", fileName: "values.json", make: flatJson },
  curl: { contentType: TEXT, fileName: "set_runtime.sh", make: curl },
  disk: { contentType: TEXT, fileName: "make_tree.sh", make: diskTree },
} as const satisfies Readonly<Record<string, ExportForm>>;

/** The JSON that a Struct layer must hold, so that the value has the same forms there. */
export function structValue({ text, flag, double, fraction }: RuntimeReading): boolean | number | string | object {
  if (fraction !== null) return { numerator: fraction.numerator, denominator: WORDS[fraction.denominator] };
  if (double !== null) return double;
  if (flag !== null) return flag;
  return text;
}

const WORDS = { 100: "HUNDRED", 10_000: "TEN_THOUSAND", 1_000_000: "MILLION" } as const;

function staticLayer(values: ExportedValues): string {
  // JSON is YAML, and quotes what YAML would take for something else.
  const lines = Array.from(
    values,
    ([key, reading]) => `  ${JSON.stringify(key)}: ${JSON.stringify(structValue(reading))}\n`,
  );
  return lines.length === 0 ? "static_layer: {}\n" : `static_layer:\n${lines.join("")}`;
}

function rtds(values: ExportedValues): string {
  const layer = Object.fromEntries(Array.from(values, ([key, reading]) => [key, structValue(reading)]));
  return json({ "@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime", name: "runtime", layer });
}

function flatJson(values: ExportedValues): string {
  return json(Object.fromEntries(Array.from(values, ([key, { text }]) => [key, text])));
}

/** The address of the admin port is the first argument. */
function curl(values: ExportedValues): string {
  const lines = Array.from(values, ([key, { text }]) => {
    return `curl -fsS -X POST --data-urlencode ${
      shell(`${encodeURIComponent(key)}=${text}`)
    } "$admin/runtime_modify"\n`;
  });
  return `#!/bin/sh -e\nadmin="\${1:-http://127.0.0.1:9901}"\n${lines.join("")}`;
}

/** The directory is the first argument. */
function diskTree(values: ExportedValues): string {
  const lines = Array.from(values, ([key, { text }]) => {
    const path = key.replaceAll(".", "/"), at = path.lastIndexOf("/");
    const make = at < 0 ? "" : `mkdir -p "$root"/${shell(path.slice(0, at))}\n`;
    return `${make}printf %s ${shell(text)} > "$root"/${shell(path)}\n`;
  });
  return `#!/bin/sh -e\nroot="\${1:?directory of the new tree}"\nmkdir -p "$root"\n${lines.join("")}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** One word, whatever is in it. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
