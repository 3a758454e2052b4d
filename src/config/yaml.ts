/**
 * YAML text to a {@link DocumentNode}, with the scalar rules of spec/xds.md 1.1: YAML 1.1 bool words, decimal, octal
 * and hex integers, everything else text. Tags change nothing, `<<` is a key like any other.
 *
 * Differs from Envoy: duplicate keys and several documents in one file are refused, not resolved in silence.
 * Differs from Envoy: an unquoted bool word or number in a string field keeps its text (proto_json.ts).
 */

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import {
  type DocumentNode,
  type MapEntry,
  MAX_DOCUMENT_DEPTH,
  MAX_DOCUMENT_NODES,
  noteKey,
  type Position,
  type ScalarNode,
  unreadable,
} from "./document.ts";

const TRUE_WORDS = /^(?:true|True|TRUE|yes|Yes|YES|on|On|ON|y|Y)$/;
const FALSE_WORDS = /^(?:false|False|FALSE|no|No|NO|off|Off|OFF|n|N)$/;
const NULL_WORDS = /^(?:~|null|Null|NULL|)$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/;
const OCTAL = /^[-+]?0[0-7]+$/;
const HEX = /^[-+]?0[xX][0-9a-fA-F]+$/;

const INT32_MIN = -(2n ** 31n), INT32_MAX = 2n ** 31n - 1n;
const INT64_MIN = -(2n ** 63n), INT64_MAX = 2n ** 63n - 1n;

/** Reads one YAML document, or throws ConfigError. */
export function parseYaml(text: string): DocumentNode {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "silent",
  });
  if (!Array.isArray(documents) || documents.length === 0 || documents[0] === undefined) {
    throw unreadable("Cannot read document: it is empty, wanted a mapping");
  }
  const [document, second] = documents;
  const error = documents.flatMap((each) => each.errors)[0];
  if (error !== undefined) {
    throw unreadable(`Cannot read document as YAML: ${firstLine(error.message)}`, at(lines, error.pos[0]));
  }
  if (second !== undefined) {
    const start = second.range?.[0] ?? text.length;
    throw unreadable("Cannot read document: found several documents in one file, wanted one", at(lines, start));
  }
  if (document.contents === null) throw unreadable("Cannot read document: it is empty, wanted a mapping");

  let nodesLeft = MAX_DOCUMENT_NODES;
  // An alias means the last anchor of its name before it. Anchors met again inside an alias are not new ones.
  const anchors = new Map<string, Node>();
  let aliasDepth = 0;
  return convert(document.contents, 0);

  function convert(node: Node | null, depth: number, parent?: Position): DocumentNode {
    const position = node === null ? parent ?? { line: 1, column: 1 } : at(lines, node.range?.[0] ?? 0);
    if (--nodesLeft < 0) {
      throw unreadable(`Cannot read document: more than ${MAX_DOCUMENT_NODES} values, aliases expanded`, position);
    }
    if (depth > MAX_DOCUMENT_DEPTH) {
      throw unreadable(`Cannot read document: nested deeper than ${MAX_DOCUMENT_DEPTH} levels`, position);
    }
    if (node === null) return { kind: "scalar", value: null, text: "", ...position };
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) {
        throw unreadable(`Cannot read document: alias "*${node.source}" has no anchor before it`, position);
      }
      aliasDepth++;
      const copy = convert(target, depth + 1, position);
      aliasDepth--;
      return copy;
    }
    if (aliasDepth === 0 && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq<Node | null>(node)) {
      return { kind: "list", items: node.items.map((item) => convert(item, depth + 1, position)), ...position };
    }
    if (isMap<Node, Node | null>(node)) {
      const entries: MapEntry[] = [];
      const seen = new Map<string, Position>();
      for (const pair of node.items) {
        const place = at(lines, pair.key?.range?.[0] ?? 0);
        const key = keyText(pair.key, place);
        noteKey(seen, key, place);
        entries.push({ key, value: convert(pair.value, depth + 1, place), ...place });
      }
      return { kind: "map", entries, ...position };
    }
    if (isScalar(node)) {
      const value = String(node.value ?? "");
      return node.type === "PLAIN" || node.type === undefined
        ? plainScalar(node.source ?? value, position)
        : { kind: "scalar", value, text: value, ...position };
    }
    throw unreadable("Cannot read document as YAML: found a value of unknown kind", position);
  }
}

/** Types an unquoted scalar. */
export function plainScalar(text: string, position: Position): ScalarNode {
  return { kind: "scalar", value: plainScalarValue(text), text, line: position.line, column: position.column };
}

function plainScalarValue(text: string): string | number | boolean | null {
  if (TRUE_WORDS.test(text)) return true;
  if (FALSE_WORDS.test(text)) return false;
  if (NULL_WORDS.test(text)) return null;
  const integer = integerValue(text);
  if (integer === null || integer < INT64_MIN || integer > INT64_MAX) return text;
  // Outside int32 a decimal string is what proto3 JSON wants of the 64-bit fields such a number is meant for.
  return integer >= INT32_MIN && integer <= INT32_MAX ? Number(integer) : String(integer);
}

function integerValue(text: string): bigint | null {
  if (!DECIMAL.test(text) && !OCTAL.test(text) && !HEX.test(text)) return null;
  const isNegative = text.startsWith("-");
  const digits = text.replace(/^[-+]/, "");
  const magnitude = OCTAL.test(text) ? BigInt("0o" + digits.slice(1)) : BigInt(digits);
  return isNegative ? -magnitude : magnitude;
}

function keyText(key: Node | null, position: Position): string {
  if (key !== null && isScalar(key)) return String(key.source ?? key.value ?? "");
  throw unreadable("Cannot read document: found a key that is no scalar, wanted a field name", position);
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]!.replace(/[.:]\s*$/, "");
}
