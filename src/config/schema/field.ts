/**
 * The few kinds of field that Envoy's messages are made of, as zod schemas over the canonical tree.
 *
 * The descriptors have already refused what Envoy does not know and what has the wrong type. So whatever a schema here
 * refuses is known to Envoy and not supported by denvoy: `unsupported.ts` turns zod's issues into that sentence.
 */

import { z } from "zod";
import { durationMs } from "../proto_scalar.ts";

/** A duration in milliseconds, or `unsetMs` when absent. */
export function duration(unsetMs: number): z.ZodType<number> {
  return z.string().optional().transform((text) => text === undefined ? unsetMs : durationMs(text));
}

/** A number; `unset` when absent. 32-bit fields only: the canonical form of 64-bit ones is text. */
export function number(unset: number): z.ZodType<number> {
  return z.number().default(unset);
}

/** A boolean; `unset` when absent. */
export function flag(unset: boolean): z.ZodType<boolean> {
  return z.boolean().default(unset);
}

/** A `type.v3.Percent` as a number from 0 to 100; 0 when absent. */
export function percent(): z.ZodType<number> {
  return z.strictObject({ value: number(0) }).optional().transform((message) => message?.value ?? 0);
}

/** A string; empty when absent. */
export function text(): z.ZodType<string> {
  return z.string().default("");
}

/** One of the enum's names that we support; the first is the default. */
export function choice<const Name extends string>(...names: [Name, ...Name[]]): z.ZodType<Name> {
  return z.enum(names).default(names[0] as never) as unknown as z.ZodType<Name>;
}

/** A list; empty when absent. */
export function list<Element extends z.ZodType>(element: Element) {
  return z.array(element).default([]);
}

/** What stands in a list, in allow-unsupported mode, in place of an element that was left out. */
export const LEFT_OUT = "\u0000left out";

/** A list whose elements may be left out when they are not supported: filters, loggers. */
export function extensionList<Element extends z.ZodType>(element: Element) {
  const optional = z.unknown().transform((value, context): { readonly kept: z.output<Element> } | null => {
    if (value === LEFT_OUT) return null;
    const result = element.safeParse(value);
    if (result.success) return { kept: result.data };
    raiseIssues(context, result.error.issues, value);
    return z.NEVER;
  });
  return z.array(optional).default([]).transform((items) => items.flatMap((item) => item === null ? [] : [item.kept]));
}

/**
 * Hands on what an inner parse refused; `inside` is where its value stands. Unknown keys get a name of their own: zod
 * lets a pipe go on after its own kind, and there is no value to go on with.
 */
export function raiseIssues(
  context: z.core.$RefinementCtx,
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  inside: readonly PropertyKey[] = [],
): void {
  for (const issue of issues) {
    const path = [...inside, ...issue.path];
    const raised = issue.code === "unrecognized_keys"
      ? { code: "custom", path, message: issue.message, params: { unknownKeys: issue.keys }, input }
      : { ...issue, path, input };
    context.issues.push(raised as z.core.$ZodRawIssue);
  }
}

/** Refuses a value that Envoy knows and we lack, in the words of `reason`. */
export function addUnsupported(
  context: z.core.$RefinementCtx,
  input: unknown,
  path: readonly PropertyKey[],
  reason: string,
): void {
  context.addIssue({ code: "custom", path: [...path], message: reason, params: { isUnsupported: true }, input });
}

/** Refuses a value that Envoy refuses too. */
export function addInvalid(
  context: z.core.$RefinementCtx,
  input: unknown,
  path: readonly PropertyKey[],
  reason: string,
): void {
  context.addIssue({ code: "custom", path: [...path], message: reason, input });
}
