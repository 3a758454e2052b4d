/** `core.v3.DataSource`: bytes in the configuration, in a file or in the environment (spec/xds.md 1.3). */

import { errorText } from "../../base/errors.ts";
import { z } from "zod";
import { addInvalid } from "./field.ts";

/** How sources outside the configuration are read. Throws, with the reason, when a file cannot be read. */
export interface DataReader {
  readonly readFile: (path: string) => Uint8Array;
  readonly env: (name: string) => string | undefined;
}

/** Where nothing outside can be read. */
export const NO_DATA: DataReader = {
  readFile: () => {
    throw new Error("files cannot be read here");
  },
  env: () => undefined,
};

/** The bytes of the source. */
export function dataSourceSchema(reader: DataReader): z.ZodType<Uint8Array> {
  return z.strictObject({
    filename: z.string().optional(),
    inline_bytes: z.string().optional(),
    inline_string: z.string().optional(),
    environment_variable: z.string().optional(),
  }).transform((source, context): Uint8Array => {
    if (source.inline_string !== undefined) return new TextEncoder().encode(source.inline_string);
    if (source.inline_bytes !== undefined) {
      return Uint8Array.from(atob(source.inline_bytes), (character) => character.charCodeAt(0));
    }
    if (source.filename !== undefined) {
      try {
        return reader.readFile(source.filename);
      } catch (error) {
        const why = errorText(error);
        addInvalid(context, source, ["filename"], `cannot read file "${source.filename}": ${why}`);
        return z.NEVER;
      }
    }
    const name = source.environment_variable ?? "";
    const value = reader.env(name);
    if (value === undefined) {
      addInvalid(context, source, ["environment_variable"], `Environment variable doesn't exist: ${name}`);
      return z.NEVER;
    }
    return new TextEncoder().encode(value);
  });
}
