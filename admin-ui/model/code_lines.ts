/**
 * A resource as lines to read: YAML or JSON, each line with what folds under it and where it leads. Line numbers are those
 * of the whole text, folded or not, so that an address with a line in it means the same to everyone.
 */

import { lineText, yamlLines } from "../../src/admin/contract/yaml_lines.ts";

/** One line. */
export interface CodeLine {
  /** Counted from 1. */
  readonly number: number;
  /** Spaces before it. */
  readonly indent: number;
  /** Up to and with the colon. */
  readonly head: string;
  readonly value: string;
  /** Steps of the console's path that the value names; null = it names nothing. */
  readonly link: readonly string[] | null;
  /** Lines under it that fold away. */
  readonly inner: number;
}

/** How a resource is written. */
export type CodeForm = "yaml" | "json";

/** Fields whose text names another thing. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  cluster: ["config", "cluster"],
  route_config_name: ["config", "route"],
  service_name: ["config", "endpoints"],
  runtime_key: ["runtime", "key"],
};

/** All lines of a resource. */
export function codeLines(resource: unknown, form: CodeForm): CodeLine[] {
  return form === "yaml" ? yamlCode(resource) : jsonCode(resource);
}

/** Those that are seen: what is folded stands for what is under it. */
export function unfolded(lines: readonly CodeLine[], folded: ReadonlySet<number>): CodeLine[] {
  if (folded.size === 0) return [...lines];
  const seen: CodeLine[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    seen.push(line);
    if (folded.has(line.number)) at += line.inner;
  }
  return seen;
}

/** Numbers of the lines that have the text in them, whatever its case. */
export function linesWith(lines: readonly CodeLine[], text: string): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return lines.filter(({ head, value }) => `${head}${value}`.toLowerCase().includes(wanted)).map(({ number }) =>
    number
  );
}

/** The whole text. */
export function codeText(lines: readonly CodeLine[]): string {
  return lines.map(({ indent, head, value }) => `${" ".repeat(indent)}${head}${value}\n`).join("");
}

function yamlCode(resource: unknown): CodeLine[] {
  const lines: (CodeLine & { inner: number })[] = [];
  /** Lines that others may still be under, with the depth of their field. */
  const open: { readonly line: { inner: number }; readonly at: number; readonly depth: number }[] = [];
  for (const line of yamlLines(resource)) {
    const at = lines.length;
    while (open.length > 0) {
      const { depth } = open.at(-1)!;
      if (line.depth > depth || (line.depth === depth && line.dashes > 0)) break;
      closeLast(open, at);
    }
    const text = lineText(line), head = text.slice(0, text.length - line.value.length);
    const place = line.text === null || line.key === null ? undefined : LINKS[line.key];
    const link = place === undefined || line.text === "" ? null : [...place, line.text!];
    const made = { number: at + 1, indent: 2 * line.depth, head, value: line.value, link, inner: 0 };
    lines.push(made);
    if (line.key !== null && line.value === "") open.push({ line: made, at, depth: line.depth + line.dashes });
  }
  while (open.length > 0) closeLast(open, lines.length);
  return lines;
}

function closeLast(open: { readonly line: { inner: number }; readonly at: number }[], end: number): void {
  const { line, at } = open.pop()!;
  line.inner = end - at - 1;
}

function jsonCode(resource: unknown): CodeLine[] {
  const open: { readonly line: { inner: number }; readonly at: number }[] = [];
  return JSON.stringify(resource, null, 2).split("\n").map((text, at) => {
    const [, spaces = "", head = "", value = ""] = /^( *)("(?:[^"\\]|\\.)*": )?(.*)$/.exec(text)!;
    if (/^[\]}]/.test(value)) closeLast(open, at);
    const key = head === "" ? "" : JSON.parse(head.slice(0, -2)) as string, place = LINKS[key];
    const link = place !== undefined && value.startsWith('"') && value.length > 3
      ? [...place, JSON.parse(value.replace(/,$/, "")) as string]
      : null;
    const line = { number: at + 1, indent: spaces.length, head, value: shownJson(value), link, inner: 0 };
    if (/[[{]$/.test(value)) open.push({ line, at });
    return line;
  });
}

/** What would turn the text around, or look like nothing, is written out. */
function shownJson(value: string): string {
  return value.replace(
    /[\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
