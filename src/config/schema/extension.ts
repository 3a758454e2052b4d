/**
 * Extension points: an Any whose type URL picks the schema.
 *
 * Which types exist is handed in as a table, so that this floor knows no filter by name (spec/xds.md 1.3).
 */

import { z } from "zod";
import { canonicalTypeUrl, messageNameOf } from "../type_url.ts";
import type { DataReader } from "./data_source.ts";
import { addInvalid, addUnsupported, raiseIssues, text } from "./field.ts";

/** How one extension type is read. */
export interface ExtensionSchema {
  /** From the canonical message, without `@type`, to plain data for the snapshot. */
  readonly schema: z.ZodType;
  /** HTTP and network filters: it must come last, and nothing else may. */
  readonly isTerminal: boolean;
  /** Where messages of the type name files or the environment: the schema that reads those, in place of `schema`. */
  readonly schemaReading?: (readData: DataReader) => z.ZodType;
  /** HTTP filters: what a route may say of them, by type URL, each read like `schema`. */
  readonly routeSchemas?: ReadonlyMap<string, z.ZodType>;
}

/** Type URL to schema. */
export type ExtensionSchemas = ReadonlyMap<string, ExtensionSchema>;

/** The same extensions, able to read what their messages name. */
export function readingWith(schemas: ExtensionSchemas, readData: DataReader): ExtensionSchemas {
  return new Map(
    Array.from(schemas, ([typeUrl, { schemaReading, schema, ...extension }]): [string, ExtensionSchema] => [
      typeUrl,
      { ...extension, schema: schemaReading?.(readData) ?? schema },
    ]),
  );
}

/** An extension that was read. */
export interface Extension {
  readonly typeUrl: string;
  readonly config: unknown;
}

/** Where extensions of one kind live. */
export interface ExtensionPoint {
  /** For error texts: `HTTP filter`. */
  readonly what: string;
  /** What names of its messages begin with: their package, with the last dot. */
  readonly packagePrefix: string | readonly string[];
  readonly schemas: ExtensionSchemas;
}

/** An extension with the name people gave it, and what else stands beside that. */
export type NamedExtension<Known> = Extension & { readonly name: string; readonly known: Known };

/** The usual `{name, typed_config}` message of an extension point; `known` are its further fields. */
export function namedExtension<Known extends z.ZodRawShape>(
  point: ExtensionPoint,
  known: Known = {} as Known,
): z.ZodType<NamedExtension<z.output<z.ZodObject<Known>>>> {
  return z.strictObject({ ...known, name: text(), typed_config: extension(point).optional() })
    .transform((message, context): NamedExtension<z.output<z.ZodObject<Known>>> => {
      const { name, typed_config, ...known } = message as { name: string; typed_config?: Extension };
      if (typed_config === undefined) {
        addInvalid(context, message, [], noImplementation(name, ""));
        return z.NEVER;
      }
      return { name, ...typed_config, known: known as unknown as z.output<z.ZodObject<Known>> };
    });
}

/** Envoy's words for an extension nobody knows. */
export function noImplementation(name: string, typeName: string): string {
  return `Didn't find a registered implementation for '${name}' with type URL: '${typeName}'`;
}

/** A field that holds an Any of one extension point. */
export function extension(point: ExtensionPoint): z.ZodType<Extension> {
  return z.record(z.string(), z.unknown()).transform((any, context): Extension => {
    const { "@type": writtenUrl, ...fields } = any;
    if (typeof writtenUrl !== "string") {
      addInvalid(context, any, [], `found an empty ${point.what}, wanted "@type"`);
      return z.NEVER;
    }
    const typeUrl = canonicalTypeUrl(writtenUrl);
    const found = point.schemas.get(typeUrl);
    if (found === undefined) {
      refuseType(point, typeUrl, any, context);
      return z.NEVER;
    }
    const result = found.schema.safeParse(fields);
    if (result.success) return { typeUrl, config: result.data };
    raiseIssues(context, result.error.issues, any);
    return z.NEVER;
  });
}

function refuseType(point: ExtensionPoint, typeUrl: string, any: unknown, context: z.core.$RefinementCtx): void {
  const name = messageNameOf(typeUrl);
  if ([point.packagePrefix].flat().some((prefix) => name.startsWith(prefix))) {
    addUnsupported(context, any, [], `extension type ${name} is known to Envoy, not supported yet`);
    return;
  }
  const near = [...point.schemas.keys()].map(messageNameOf).join(" or ");
  const wanted = near === "" ? "" : `, wanted one such as ${near}`;
  addInvalid(
    context,
    any,
    [],
    `Didn't find a registered implementation with type URL: '${name}': it is no ${point.what}${wanted}`,
  );
}
