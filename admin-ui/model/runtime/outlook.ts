/**
 * What an edit would do, said before it is done (spec/console.md 6.5, 6.6): which value comes into force, who hides it,
 * what it means and what to be wary of. The same checks as the server's say why it would be refused.
 */

import type { RuntimeCatalogItem, RuntimeEntry, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import {
  formsOf,
  keyRefusal,
  meaningOf,
  RUNTIME_LIMITS,
  type RuntimeRefusal,
  type RuntimeShape,
  valueRefusal,
  valueWarnings,
} from "../../../src/admin/contract/runtime_check.ts";
import { adminLayerOf } from "./view.ts";

/** What an edit comes to. */
export interface Outlook {
  /** Raw; null = the default. */
  readonly effectiveBefore: string | null;
  readonly effectiveAfter: string | null;
  /** In words: `25 % of requests`, `default`. */
  readonly meaningBefore: string;
  readonly meaningAfter: string;
  /** Name of the layer above that has the key too. */
  readonly shadowedBy: string | null;
  readonly refusal: RuntimeRefusal | null;
  readonly warnings: readonly string[];
}

/** How a key is read, as far as anybody knows: the catalogue's word goes before the entry's. */
export function shapeOf(item: RuntimeCatalogItem | null, entry: RuntimeEntry | null): RuntimeShape {
  if (item !== null) return item;
  if (entry === null) return { type: "text" };
  return { type: entry.type, ...entry.unit === undefined ? {} : { unit: entry.unit } };
}

/** What it would do to give the admin layer this value at a key; null = to take its value away. */
export function outlookOf(
  view: RuntimeView,
  entry: RuntimeEntry | null,
  item: RuntimeCatalogItem | null,
  key: string,
  value: string | null,
): Outlook {
  const shape = shapeOf(item, entry);
  const admin = adminLayerOf(view);
  const values = view.layers.map((_, layer) => layer === admin ? value : entry?.values[layer] ?? null);
  const winner = values.findLastIndex((held) => held !== null);
  const effectiveAfter = winner < 0 ? null : values[winner]!;
  const shadowedBy = value !== null && winner > admin ? view.layers[winner]!.name : null;
  const effectiveBefore = entry?.effective ?? null;
  const byDefault = `default (${defaultWords(item, entry)})`;
  return {
    effectiveBefore,
    effectiveAfter,
    meaningBefore: effectiveBefore === null ? byDefault : entry!.meaning || effectiveBefore,
    meaningAfter: effectiveAfter === null ? byDefault : meaningOfText(shape, effectiveAfter),
    shadowedBy,
    refusal: keyRefusal(key) ?? (value === null ? null : textRefusal(shape, value)),
    warnings: value === null ? [] : warningsOf(shape, item, value, shadowedBy),
  };
}

/** Why this text may not be set; null = it may, or only the server can tell. */
export function textRefusal(shape: RuntimeShape, text: string): RuntimeRefusal | null {
  if (new TextEncoder().encode(text).length > RUNTIME_LIMITS.valueBytes) {
    return { message: "The value is too long", expected: "at most 64 KB" };
  }
  const forms = formsOf(text);
  return forms === null ? null : valueRefusal(shape, forms);
}

/** What a text means to who reads the key; the text itself where there is nothing to add. */
export function meaningOfText(shape: RuntimeShape, text: string): string {
  const forms = formsOf(text);
  return (forms === null ? "" : meaningOf(shape, forms)) || text;
}

/** The default in words: `0 % of requests`. */
export function defaultWords(item: RuntimeCatalogItem | null, entry: RuntimeEntry | null): string {
  const byDefault = item?.default ?? entry?.default ?? null;
  return byDefault === null ? "as configured" : meaningOfText(shapeOf(item, entry), byDefault);
}

function warningsOf(
  shape: RuntimeShape,
  item: RuntimeCatalogItem | null,
  value: string,
  shadowedBy: string | null,
): string[] {
  const forms = formsOf(value);
  const warnings = forms === null ? ["Only the server can read this text"] : valueWarnings(shape, forms);
  if (shadowedBy !== null) {
    warnings.unshift(`Layer ${shadowedBy} has a value for this key and lies above admin: yours is stored, not used`);
  }
  if (item === null) return warnings;
  if (item.is_global) warnings.push("Affects all clusters at once");
  if (shape.type === "fraction" && forms?.uint !== undefined) warnings.push("A whole number is percent");
  if (item.pattern === "upstream.healthy_panic_threshold" && forms?.uint === 0) warnings.push("0 switches panic off");
  if (item.read === "load") warnings.push("Takes effect when configuration is loaded next");
  if (item.read === "restart") warnings.push("Takes effect after a restart");
  return warnings;
}
