/** A value of a Struct, which has a JSON type, read into all the forms it has (spec/operations.md 7.3, 7.5). */
import { shortDouble } from "../base/cel/number_text.ts";
import type { FractionConfig } from "./match_config.ts";
import { flagReading, numberIn, numberReading, type RuntimeReading, unread } from "./runtime_text.ts";

/**
 * A value as its layer gave it. Text is what a Struct's string is: `"5"` counts as the number, `"true"` as nothing but
 * text. What was typed has been read already.
 */
export type RuntimeValue = boolean | number | string | FractionConfig | RuntimeReading;

/** Reads a value of a Struct: `"5"` counts as the number, `"true"` as nothing but text. */
export function readingOf(value: RuntimeValue): RuntimeReading {
  switch (typeof value) {
    case "boolean":
      return flagReading(value, String(value));
    case "number":
      return numberReading(value, shortDouble(value));
    case "string": {
      const number = numberIn(value);
      return number === null ? unread(value) : numberReading(number, value);
    }
    default:
      return "text" in value ? value : { ...unread(JSON.stringify(value)), fraction: value };
  }
}
